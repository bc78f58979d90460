// Made by Scripts/kernel-fit: do not edit. What each polynomial is of: docs/numerics/kernels.md.

extension SwiftKernel {
  static let millsShift = 6.5
  static let millsMiddle = 0.19971333014811277
  static let millsScale = 1.1108456760630674
  static let millsStep = 14.440993788819876

  @inline(__always)
  static func logPolynomial(_ x: V) -> V {
    var p = V(repeating: 0.1274293794599238)
    p = p * x + 0.11561592810842328
    p = p * x + 0.13343450202763554
    p = p * x + 0.15384313096559898
    p = p * x + 0.18181823751115944
    p = p * x + 0.22222222159895105
    p = p * x + 0.28571428571828617
    p = p * x + 0.399999999999987
    p = p * x + 0.6666666666666666
    p = p * x + 2.0
    return p
  }

  @inline(__always)
  static func expPolynomial(_ x: V) -> V {
    var p = V(repeating: 2.5110049204818658e-08)
    p = p * x + 2.763265472252779e-07
    p = p * x + 2.755724088722987e-06
    p = p * x + 2.4801485441561313e-05
    p = p * x + 0.00019841269890076403
    p = p * x + 0.0013888888952352863
    p = p * x + 0.008333333333319589
    p = p * x + 0.04166666666648795
    p = p * x + 0.1666666666666668
    p = p * x + 0.5000000000000019
    p = p * x + 1.0
    p = p * x + 1.0
    return p
  }

  /// p at t1 and the divided difference of p over t1 and t2.
  @inline(__always)
  static func millsPolynomial(_ t1: V, _ t2: V) -> (value: V, divided: V) {
    var d = V(repeating: -5.257221967611434e-10)
    var p = d * t1 + 2.8854144068237616e-10
    d = d * t2 + p
    p = p * t1 + 8.207290956185435e-09
    d = d * t2 + p
    p = p * t1 - 1.0329614119518058e-08
    d = d * t2 + p
    p = p * t1 - 8.163835535674433e-08
    d = d * t2 + p
    p = p * t1 + 2.2230046363295626e-07
    d = d * t2 + p
    p = p * t1 + 5.338950655275311e-07
    d = d * t2 + p
    p = p * t1 - 3.5854441391255232e-06
    d = d * t2 + p
    p = p * t1 + 2.2259335232873783e-06
    d = d * t2 + p
    p = p * t1 + 3.775857928067901e-05
    d = d * t2 + p
    p = p * t1 - 0.0001531600456309554
    d = d * t2 + p
    p = p * t1 + 8.297870108435967e-05
    d = d * t2 + p
    p = p * t1 + 0.0018140385626624702
    d = d * t2 + p
    p = p * t1 - 0.011027998451533821
    d = d * t2 + p
    p = p * t1 + 0.04070539232829019
    d = d * t2 + p
    p = p * t1 - 0.11493710336038547
    d = d * t2 + p
    p = p * t1 + 0.267374281439602
    d = d * t2 + p
    p = p * t1 - 0.5305395209261741
    d = d * t2 + p
    p = p * t1 + 0.9152250866084446
    d = d * t2 + p
    p = p * t1 - 1.3878481290982339
    d = d * t2 + p
    p = p * t1 + 1.8613161711160306
    d = d * t2 + p
    p = p * t1 - 2.213541656812718
    d = d * t2 + p
    p = p * t1 + 2.3332673442382337
    return (p, d)
  }
}
