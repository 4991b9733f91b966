import ArgumentParser
import Domain
import Formats

/// Writes the mixed stream alone.
struct StreamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream", abstract: "Write the mixed stream as newline JSON, its catalogue first.")

    @Option(help: "Facts to write.") var facts = 1_000_000
    @Option(help: "Seed of the stream.") var seed: UInt64 = 1

    func run() throws { _ = try MixedStream.write(facts: facts, seed: seed, to: "-", catalogue: "-") }
}

extension MixedStream {
    /// A stream that begins with a year.
    init(seed: UInt64, factsADay: Int = MixedStream.usualFactsADay) throws {
        guard let start = Instant(iso8601: "2024-01-01T00:00:00Z") else { throw BenchError("a moment") }
        try self.init(seed: seed, start: start, factsADay: factsADay)
    }

    /// Writes a catalogue and so many facts; says what they are.
    static func write(
        facts: Int, seed: UInt64, factsADay: Int = MixedStream.usualFactsADay, to path: String, catalogue: String
    ) throws -> MixedStream {
        var stream = try MixedStream(seed: seed, factsADay: factsADay)
        let first = JSONLinesWriter(to: try ByteSink(path: catalogue))
        for line in stream.catalogue() { try first.line(line) }
        try first.finish()
        let writer = JSONLinesWriter(to: try ByteSink(path: path))
        while stream.facts < facts { try writer.line(stream.next()) }
        try writer.finish()
        return stream
    }
}
