import FulcrumPricing
import FulcrumRisk
import Testing

@testable import FulcrumWire

@Suite struct GlossaryTests {
  @Test func everyAnswerOfEveryFamilyHasItsRow() {
    for family in CalculationFamily.all {
      for key in family.outputs + family.extensions {
        #expect(Glossary.entry(named: key) != nil, "\(family.name): \(key)")
      }
    }
  }

  @Test func everyReasonAndStatusHasItsRow() {
    for absence in Absence.allCases {
      #expect(Glossary.entry(named: absence.rawValue) != nil, "\(absence)")
    }
    for status in PoolStatus.allCases {
      #expect(Glossary.entry(named: status.rawValue) != nil, "\(status)")
    }
  }

  @Test func noNameTwiceAndNothingLeftEmpty() {
    #expect(Set(Glossary.names).count == Glossary.all.count)
    for entry in Glossary.all {
      for text in [
        entry.name, entry.title, entry.formula, entry.inputs, entry.unit, entry.range, entry.source,
      ] { #expect(!text.isEmpty, "\(entry.name)") }
      #expect(entry.source.hasPrefix("leverage-math "))
    }
  }

  @Test func noRowExplainsANumberThatNobodyAnswers() {
    let words =
      Absence.allCases.map(\.rawValue) + PoolStatus.allCases.map(\.rawValue)
      + ImpliedVolatility.Status.allCases.map(\.rawValue)
    let known = CalculationFamily.all.flatMap { $0.outputs + $0.extensions } + words
    let report = (Glossary.report + Glossary.surfaceReport + Glossary.foresight).map(\.name)
    #expect(Set(Glossary.names).subtracting(known).subtracting(report).isEmpty)
  }
}
