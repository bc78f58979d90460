import FulcrumNumerics
import Testing

struct NeumaierSumTests {
  private func sum(_ terms: [Double]) -> Double {
    var sum = NeumaierSum()
    for term in terms { sum.add(term) }
    return sum.value
  }

  /// Neumaier's own example, which Kahan's sum answers with 0.
  @Test func keepsWhatALargerTermSwallows() {
    #expect(sum([1, 1e100, 1, -1e100]) == 2)
    #expect([1, 1e100, 1, -1e100].reduce(0, +) == 0)
  }

  /// 0.1 = 3602879701896397/2⁵⁵, so that a million of them are exactly 100000 + 5.55e-12.
  @Test func aMillionTenths() {
    let value = sum(Array(repeating: 0.1, count: 1_000_000))
    #expect(value == 100_000.00000000001 || value == 100_000)
    #expect(abs([Double](repeating: 0.1, count: 1_000_000).reduce(0, +) - 100_000) > 1e-7)
  }

  @Test func beginsWhereItIsTold() {
    var sum = NeumaierSum(1e16)
    sum.add(1)
    sum.add(-1e16)
    #expect(sum.value == 1)
    #expect(NeumaierSum().value == 0)
  }

  /// An infinite leg stays visible as such; the compensation, which is then NaN, is dropped.
  @Test func infinityStays() {
    #expect(sum([1, .infinity, -5]) == .infinity)
    #expect(sum([.greatestFiniteMagnitude, .greatestFiniteMagnitude]) == .infinity)
  }
}
