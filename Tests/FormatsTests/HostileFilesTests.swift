import Domain
import FoundationEssentials
import Testing

@testable import Formats

/// A file that means no good, and exactly what must come of it.
struct HostileFile: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var encoding = TextEncoding.utf8
    var dialect = CSVDialect()
    /// Line and code of each record in order; no code where it is accepted. Nothing else may come out.
    var outcome: [Line] = []
    /// The error that stops the whole file, where one does.
    var stops: FormatError.Code?

    struct Line: Equatable, Sendable {
        var line: Int
        var code: FormatError.Code?

        init(_ line: Int, _ code: FormatError.Code? = nil) {
            self.line = line
            self.code = code
        }
    }

    init(
        _ name: String, _ bytes: [UInt8], _ outcome: [Line] = [], stops: FormatError.Code? = nil,
        encoding: TextEncoding = .utf8, dialect: CSVDialect = .init()
    ) {
        testDescription = name
        self.bytes = bytes
        self.outcome = outcome
        self.stops = stops
        self.encoding = encoding
        self.dialect = dialect
    }

    init(
        _ name: String, _ text: String, _ outcome: [Line] = [], stops: FormatError.Code? = nil,
        dialect: CSVDialect = .init()
    ) {
        self.init(name, Array(text.utf8), outcome, stops: stops, dialect: dialect)
    }

    static let header = "sku,place,quantity,state,counted_at\n"
    static let good = "A,Main,5,on-hand,2011-10-03T08:00Z\n"

    /// A file of one row with one odd cell, between two good ones.
    static func cell(_ name: String, _ row: String, _ code: FormatError.Code?) -> HostileFile {
        HostileFile(name, header + good + row + "\n" + good, [Line(2), Line(3, code), Line(4)])
    }

    private static func quantity(_ name: String, _ text: String, _ code: FormatError.Code?) -> HostileFile {
        cell("quantity \(name)", "B,Main,\(text),on-hand,2011-10-03T08:00Z", code)
    }

    private static func time(_ name: String, _ text: String, _ code: FormatError.Code?) -> HostileFile {
        cell("time \(name)", "B,Main,1,on-hand,\(text)", code)
    }

    private static func sku(_ name: String, _ text: String, _ code: FormatError.Code?) -> HostileFile {
        cell("sku \(name)", "\(text),Main,1,on-hand,2011-10-03T08:00Z", code)
    }

    private static func utf16(_ text: String, mark: Bool) -> [UInt8] {
        (mark ? [0xFF, 0xFE] : []) + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }

    private static let bytesOfGood = Array(good.utf8)

    static let all: [HostileFile] = [
        HostileFile("empty", "", stops: .emptyFile),
        HostileFile("only blank lines", "\n\r\n\r\r\n", stops: .emptyFile),
        HostileFile("only blanks", "   \n", stops: .emptyFile),
        HostileFile("only commas", ",,,\n1,2,3,4\n", stops: .emptyFile),
        HostileFile("header only", header),
        HostileFile("header without line end", String(header.dropLast())),
        HostileFile("blank lines before the header", "\n\n" + header + good, [Line(4)]),
        HostileFile("duplicate column", "sku,place,SKU \n", stops: .duplicateColumn),
        HostileFile("missing column", "sku,place,quantity,state\nA,Main,5,on-hand\n", stops: .missingColumn),
        HostileFile("byte order mark", "\u{FEFF}" + header + good, [Line(2)]),
        HostileFile("two byte order marks", "\u{FEFF}\u{FEFF}" + header + good, stops: .missingColumn),
        HostileFile("UTF-16 with its mark, unsaid", utf16(header + good, mark: true), [Line(2)]),
        HostileFile("UTF-16 without a mark, unsaid", utf16(header + good, mark: false), stops: .nulByte),
        HostileFile("UTF-16 as said", utf16(header + good, mark: false), [Line(2)], encoding: .utf16LittleEndian),
        HostileFile("UTF-16 without a mark", utf16(header, mark: false), stops: .encoding, encoding: .utf16),
        HostileFile(
            "UTF-16 cut in half a character", utf16(header + good + good, mark: true).dropLast(),
            [Line(2), Line(3, .invalidUTF8)]),
        HostileFile("lone carriage returns", (header + good + good).replacing("\n", with: "\r"), [Line(2), Line(3)]),
        HostileFile(
            "mixed line ends", header + good.dropLast() + "\r\n" + good.dropLast() + "\r" + good,
            [Line(2), Line(3), Line(4)]),
        HostileFile("no last line end", header + good.dropLast(), [Line(2)]),
        HostileFile("semicolons as commas", header.replacing(",", with: ";") + good, stops: .missingColumn),
        HostileFile(
            "semicolons as said", (header + good).replacing(",", with: ";"), [Line(2)],
            dialect: CSVDialect(delimiter: 0x3B)),
        HostileFile(
            "tabs as said", (header + good).replacing(",", with: "\t"), [Line(2)], dialect: CSVDialect(delimiter: 0x09)),
        HostileFile(
            "Windows pound sign, unsaid", Array(header.utf8) + [0xA3] + bytesOfGood + bytesOfGood,
            [Line(2, .invalidUTF8), Line(3)]),
        HostileFile(
            "Windows pound sign as said", Array(header.utf8) + [0xA3] + bytesOfGood, [Line(2)], encoding: .windows1252),
        HostileFile(
            "surrogate in UTF-8", Array(header.utf8) + [0xED, 0xA0, 0x80] + bytesOfGood, [Line(2, .invalidUTF8)]),
        HostileFile("overlong slash", Array(header.utf8) + [0xC0, 0xAF] + bytesOfGood, [Line(2, .invalidUTF8)]),
        HostileFile("NUL in a row", header + "A\0" + good + good, [Line(2, .nulByte), Line(3)]),
        HostileFile("NUL in quotes", header + "\"\0\"," + good.dropFirst(2) + good, [Line(2, .nulByte), Line(3)]),
        HostileFile("NUL in the header", "s\0ku,place\n", stops: .nulByte),
        HostileFile("all NUL", [UInt8](repeating: 0, count: 4096), stops: .nulByte),
        HostileFile(
            "ragged rows", header + "A\n" + good + "A,Main,5,on-hand,2011-10-03T08:00Z,more\n" + good,
            [Line(2, .fieldCount), Line(3), Line(4, .fieldCount), Line(5)]),
        HostileFile(
            "quote in the middle of a field", header + "24\" tv" + good.dropFirst() + good, [Line(2), Line(3)]),
        HostileFile(
            "text after a quote", header + "\"A\"x" + good.dropFirst() + good, [Line(2, .brokenQuoting), Line(3)]),
        HostileFile("unclosed quote at the end", header + good + "\"A,Main", [Line(2), Line(3, .brokenQuoting)]),
        HostileFile("a quote and nothing more", header + good + "\"", [Line(2), Line(3, .brokenQuoting)]),
        HostileFile("unclosed quote in the middle", header + "\"" + good + good, [Line(2, .brokenQuoting), Line(3)]),
        HostileFile(
            "unclosed quote over many lines", header + "A,\"" + good + String(repeating: good, count: 300),
            [Line(2, .brokenQuoting)] + (3...302).map { Line($0) }),
        HostileFile(
            "quoted line ends", header + "\"A\n\n\rB\"" + good.dropFirst() + good, [Line(2, .notAName), Line(6)]),
        HostileFile(
            "a field of ten million bytes", header + String(repeating: "x", count: 10_000_000) + "\n" + good,
            [Line(2, .tooLong), Line(3)]),
        HostileFile(
            "a quoted field of ten million bytes",
            header + "\"" + String(repeating: "x", count: 10_000_000) + "\"\n" + good,
            [Line(2, .tooLong), Line(3)]),
        HostileFile(
            "two million columns", header + String(repeating: ",", count: 2_000_000) + "\n" + good,
            [Line(2, .tooLong), Line(3)]),
        HostileFile(
            "half a million columns", header + String(repeating: ",", count: 500_000) + "\n" + good,
            [Line(2, .fieldCount), Line(3)]),
        quantity("with exponent", "1e9", .notANumber),
        quantity("NaN", "NaN", .notANumber),
        quantity("infinite", "inf", .notANumber),
        quantity("hexadecimal", "0x10", .notANumber),
        quantity("with thousands", "\"1,000.00\"", .notANumber),
        quantity("with a typographic minus", "\u{2212}1", .notANumber),
        quantity("negative", "-1", nil),
        quantity("with zeros after the point", "12.00", nil),
        quantity("with a fraction", "12.50", .notANumber),
        quantity("of more than 64 bits", "9223372036854775808", .outOfRange),
        quantity("of forty digits", String(repeating: "9", count: 40), .outOfRange),
        quantity("just beyond the limit", "1000000000001", .outOfRange),
        quantity("at the limit", "-1000000000000", nil),
        quantity("blank", " ", .missingValue),
        quantity("in Arabic digits", "١٢", .notANumber),
        quantity("formula", "=1+1", .notANumber),
        time("30 February", "2011-02-30T08:00Z", .notATime),
        time("24:00", "2011-10-03 24:00", .notATime),
        time("in the gap", "2011-03-27 01:30", nil),
        time("in the overlap", "2011-10-30 01:30", nil),
        time("day alone", "2011-10-03", .notATime),
        time("American", "10/03/2011 08:00", .notATime),
        time("year zero", "0000-01-01T00:00Z", .notATime),
        time("with an impossible offset", "2011-10-03T08:00+24:00", .notATime),
        sku("formula", "=cmd|' /C calc'!A0", nil),
        sku("with terminal escapes", "\u{1B}[2J\u{1B}]0;owned\u{7}", .notAName),
        sku("with a right-to-left override", "A\u{202E}B", .notAName),
        sku("of blanks", "   ", .missingValue),
        sku("of 201 bytes", String(repeating: "x", count: 201), .notAName),
        sku("of 200 bytes", String(repeating: "é", count: 100), nil),
        cell("unknown state", "B,Main,1,maybe,2011-10-03T08:00Z", .unknownWord),
    ]
}

@Suite struct HostileFilesTests {
    @Test(arguments: HostileFile.all)
    func `each file comes out exactly as expected`(file: HostileFile) throws {
        let source = ByteSource(bytes: file.bytes, name: "hostile.csv", encoding: file.encoding)
        let zone = try Zone(identifier: "Europe/London")
        var outcome: [HostileFile.Line] = []
        var stopped: FormatError?
        do throws(FormatError) {
            var reader = try CountsReader(CSVReader(source, dialect: file.dialect), zone: zone)
            while let reading = try reader.next() {
                outcome.append(HostileFile.Line(reading.line, reading.error?.code))
                #expect(reading.rows == 1)
                #expect(!reading.raw.isEmpty && reading.raw.count <= CSVReader.recordLimit)
            }
        } catch {
            stopped = error
        }
        #expect(outcome == file.outcome)
        #expect(stopped?.code == file.stops)
        #expect(stopped?.message.isEmpty != true)
    }

    @Test func `no message would steer a terminal`() throws {
        for file in HostileFile.all where file.bytes.count < 10_000 {
            let found = thrownOrRefused(file)
            #expect(found.allSatisfy { !$0.message.hasControls }, "\(file.testDescription)")
        }
    }

    private func thrownOrRefused(_ file: HostileFile) -> [FormatError] {
        var errors: [FormatError] = []
        do throws(FormatError) {
            let source = ByteSource(bytes: file.bytes, name: "hostile.csv", encoding: file.encoding)
            var reader = try CountsReader(CSVReader(source, dialect: file.dialect), zone: .utc)
            while let reading = try reader.next() { if let error = reading.error { errors.append(error) } }
        } catch {
            errors.append(error)
        }
        return errors
    }

    @Test func `what steers a terminal stays as it is in free text, for the screen to defuse`() throws {
        let name = "\u{1B}[31mLamp\u{202E}"
        let read = try readings(ProductsReader(csv("sku,name\nA,\(name)\n")))
        #expect(read.first?.record?.name == name)
    }

    @Test func `a truncated compressed file gives its whole records, then the damage`() throws {
        let folder = try Folder()
        let path = folder.path("counts.csv.gz")
        let sink = try ByteSink(path: path)
        var random = SplitMix(state: 5)
        var text = HostileFile.header
        for _ in 0..<20_000 {
            text += "\(UInt64.random(in: 0...UInt64.max, using: &random))," + HostileFile.good.dropFirst(2)
        }
        try sink.write(Array(text.utf8))
        try sink.finish()
        let whole = try Data(contentsOf: URL(filePath: path))
        let cut = try folder.file("cut.csv.gz", Array(whole.prefix(whole.count * 3 / 4)))
        var reader = try CountsReader(CSVReader(ByteSource(path: cut)), zone: .utc)
        var accepted = 0
        let error = thrown { while let reading = try reader.next() { if reading.error == nil { accepted += 1 } } }
        #expect(error?.code == .damaged)
        #expect(error?.file == cut)
        #expect(accepted > 0 && accepted < 20_000)
    }

    @Test func `a compressed bomb is streamed in bounded memory`() throws {
        let folder = try Folder()
        let path = folder.path("bomb.csv.gz")
        let sink = try ByteSink(path: path)
        try sink.write(Array(HostileFile.header.utf8))
        let block = [UInt8](repeating: 0x78, count: 1 << 20)
        for _ in 0..<8 { try sink.write(block) }
        try sink.write(Array(("\n" + HostileFile.good).utf8))
        try sink.finish()
        let csv = try CSVReader(ByteSource(path: path))
        #expect(try #require(csv.source.size) < 50_000)
        let read = try readings(CountsReader(csv, zone: .utc))
        #expect(read.map { $0.error?.code } == [.tooLong, nil])
        #expect(read.map(\.line) == [2, 3])
        #expect(csv.capacity <= 2 * CSVReader.recordLimit)
    }

    /// Every byte of a file lies in exactly one record, in the header, or between two records as a line end or as the
    /// rest of an overlong line; and reading the same bytes again gives the same.
    @Test func `thousands of mutated files: no trap, and every row is accounted for`() throws {
        var random = SplitMix(state: 2026)
        let seeds = HostileFile.all.map(\.bytes).filter { $0.count < 2000 }
        let splices: [[UInt8]] = [
            [0x22], [0x22, 0x22], [0x2C], [0x0A], [0x0D], [0x0D, 0x0A], [0], [0xFF], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE],
            Array("\",\"".utf8), Array("1e9".utf8), Array("-".utf8),
        ]
        var accepted = 0
        var refused = 0
        for _ in 0..<3000 {
            guard var bytes = seeds.randomElement(using: &random) else { continue }
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                let to = min(bytes.count, at + Int.random(in: 0...3, using: &random))
                bytes.replaceSubrange(at..<to, with: splices.randomElement(using: &random) ?? [])
            }
            let encoding = Int.random(in: 0..<8, using: &random) == 0 ? TextEncoding.windows1252 : .utf8
            let (good, bad) = try account(bytes, encoding)
            accepted += good
            refused += bad
        }
        #expect(accepted > 500)
        #expect(refused > 1000)
    }

    private func account(_ bytes: [UInt8], _ encoding: TextEncoding) throws -> (accepted: Int, refused: Int) {
        guard let rows = try? records(bytes, encoding: encoding) else { return (0, 0) }
        let isPlain = encoding == .utf8 && !bytes.starts(with: [0xFF, 0xFE]) && !bytes.starts(with: [0xFE, 0xFF])
        if isPlain {
            var end: Int?
            for row in rows {
                let start = Int(row.offset)
                #expect(bytes[start..<start + row.raw.count].elementsEqual(row.raw))
                let gap = bytes[(end ?? start)..<start]
                #expect(gap.allSatisfy { $0 == 0x0A || $0 == 0x0D })
                end = start + row.raw.count
            }
            if let end { #expect(bytes[end...].allSatisfy { $0 == 0x0A || $0 == 0x0D }) }
        }
        #expect(zip(rows, rows.dropFirst()).allSatisfy { $0.line < $1.line })
        let source = ByteSource(bytes: bytes, name: "fuzz", encoding: encoding)
        guard let reader = try? CountsReader(CSVReader(source), zone: .utc) else { return (0, 0) }
        let all = try readings(reader)
        #expect(all.map(\.line) == rows.map(\.line))
        #expect(all.map(\.raw) == rows.map(\.raw))
        let good = all.filter { $0.error == nil }.count
        return (good, all.count - good)
    }

    @Test func `mutated exports lose no row in any grouping reader`() throws {
        var random = SplitMix(state: 99)
        let orders = "#1,a@b.c,,,,GBP,1,2024-05-01 10:00:00 +0000,1,Mug,1,M,true,pending,,,1,0\n"
        let orderText = shopifyOrderColumns.joined(separator: ",") + "\n" + orders + orders + "#2" + orders.dropFirst(2)
        let productText = "Handle,Title,Variant SKU,Variant Price\nmug,Mug,M,1\nmug,,,\n,,N,2\nlamp,Lamp,L,3\n"
        let stockText = "SKU,Location,Available,On hand\nM,Main,1,2\nM,Far,not stocked,not stocked\nN,Main,3,4\n"
        for _ in 0..<700 {
            for text in [orderText, productText, stockText] {
                var bytes = Array(text.utf8)
                let headerEnd = (bytes.firstIndex(of: 0x0A) ?? 0) + 1
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let at = Int.random(in: headerEnd..<bytes.count, using: &random)
                    bytes[at] = [0x22, 0x2C, 0x0A, 0x0D, 0, 0xFF, 0x31, 0x41].randomElement(using: &random) ?? 0
                }
                let count = try records(bytes).count
                func reader() throws -> CSVReader { try CSVReader(ByteSource(bytes: bytes, name: "fuzz")) }
                switch text {
                case orderText: #expect(try rows(ShopifyOrdersReader(reader())) == count)
                case productText: #expect(try rows(ShopifyProductsReader(reader())) == count)
                default:
                    #expect(
                        try rows(ShopifyInventoryReader(reader(), countedAt: Instant(seconds: 0))) == count)
                }
            }
        }
    }

    private func rows<Reader: RecordReader>(_ reader: Reader) throws -> Int {
        var reader = reader
        var count = 0
        while let reading = try reader.next() { count += reading.rows }
        return count + reader.skippedRows
    }
}
