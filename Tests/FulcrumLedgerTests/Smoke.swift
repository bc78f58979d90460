import FulcrumLedger
import Testing
@Test func empty() { #expect(Ledger().sequence == 0) }
