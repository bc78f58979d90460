/// The version of this program: the one constant that every output and document follows.
package enum ProductVersion {
  package static let text = "0.2.0"
}
