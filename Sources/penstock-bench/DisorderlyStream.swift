import Engine
import Foundation
import Numerics

/// The mixed stream as it comes over a bad line: out of order, some of it twice, the catalogue in the middle, so that what
/// names a product's other codes has to wait for it.
struct DisorderlyStream {
    /// To be imported one after the other.
    let files: [String]
    /// What is appended to one file.
    let log: [UInt8]
    /// What is put into a folder, a file each.
    let drops: [[UInt8]]

    init(facts: Int, folder: String, _ random: inout SplitMix64) throws {
        var stream = try MixedStream(seed: 5, factsADay: max(1, facts / 30))
        var records: [String] = []
        while stream.facts < facts { records.append(String(decoding: stream.next().bytes(), as: UTF8.self)) }
        let catalogue = stream.catalogue().map { String(decoding: $0.bytes(), as: UTF8.self) }
        // The two live sources speak of different things: of what both say, which came first would be chance.
        let halves = [0, 1].map { half in
            DisorderlyStream.disorder(
                records.enumerated().filter { $0.offset % 2 == half }.map(\.element), &random)
        }
        log = Array((halves[0].joined(separator: "\n") + "\n").utf8)
        let length = halves[1].count / 12 + 1
        var parts = stride(from: 0, to: halves[1].count, by: length).map {
            Array(halves[1][$0..<min(halves[1].count, $0 + length)])
        }
        parts.insert(catalogue, at: parts.count / 2)
        drops = parts.map { Array(($0.joined(separator: "\n") + "\n").utf8) }

        let all = DisorderlyStream.disorder(records, &random)
        let third = all.count / 3
        // Each file begins with a part of the one before.
        var texts = [all[..<third], all[(third - third / 8)..<(2 * third)], all[(2 * third - third / 8)...]].map {
            $0.joined(separator: "\n") + "\n"
        }
        texts.insert(catalogue.joined(separator: "\n") + "\n", at: 2)
        files = try texts.enumerated().map { number, text in
            let path = "\(folder)/part-\(number).ndjson"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }
    }

    /// One in ten comes twice, and each up to two thousand records early or late.
    private static func disorder(_ records: [String], _ random: inout SplitMix64) -> [String] {
        var placed: [(Double, String)] = []
        for (index, record) in records.enumerated() {
            for _ in 0..<(random.next() % 10 == 0 ? 2 : 1) {
                placed.append((Double(index) + 4000 * random.uniform(), record))
            }
        }
        return placed.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Appends bytes of the log to a file.
    func append(from: Int, to end: Int, to path: String) throws {
        guard from < end else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var rest = log[from..<end]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// Puts a file into a folder, whole at once.
    func drop(_ number: Int, into folder: String) throws {
        let name = String(1000 + number)
        try Data(drops[number]).write(to: URL(filePath: "\(folder)/\(name).tmp"))
        guard rename("\(folder)/\(name).tmp", "\(folder)/\(name).ndjson") == 0 else {
            throw BenchError("\(folder): \(String(cString: strerror(errno)))")
        }
    }
}
