import Testing

@testable import Intake

/// Where the records of a growing text end.
@Suite struct RecordCutTests {
    private func cut(_ text: String, rows: Int = 100, _ delimiter: Character? = ",") -> RecordCut {
        RecordCut(Array(text.utf8), rows: rows, delimiter: delimiter?.asciiValue)
    }

    @Test func `a line that has not ended is left`() {
        #expect(cut("a,b\nc,d\ne").bytes == 8)
        #expect(cut("a,b").bytes == 0)
        #expect(cut("").bytes == 0)
        #expect(cut("a\nb\nc\n", rows: 2).bytes == 4)
    }

    @Test func `a line end within quotation marks ends nothing`() {
        let open = cut("a,\"b\nc")
        #expect(open.bytes == 0 && open.isInQuotes)
        let closed = cut("a,\"b\nc\"\nd")
        #expect(closed.bytes == 8 && closed.lines == 2 && !closed.isInQuotes)
        #expect(cut("a,\"b\"\"\nc\"\n").bytes == 10, "a doubled mark stands for itself")
    }

    @Test func `a mark inside a field is an ordinary byte, and so is every mark in JSON`() {
        #expect(cut("24\" monitor,1\n").bytes == 14)
        #expect(cut("{\"a\": \"\n", nil).bytes == 8)
    }
}
