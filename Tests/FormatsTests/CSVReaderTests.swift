import Formats
import Testing

@Suite struct CSVReaderTests {
    @Test func `fields, quotes and all three line ends`() throws {
        let text = "a,b\r\n1,\"x,\"\"y\"\"\nz\"\r2, 24\" tv \n\n\"\",last"
        let rows = try records(text)
        #expect(rows.map(\.fields) == [["1", "x,\"y\"\nz"], ["2", " 24\" tv "], ["", "last"]])
        #expect(rows.map(\.line) == [2, 4, 6])
        #expect(rows.allSatisfy { $0.code == nil })
    }
}
