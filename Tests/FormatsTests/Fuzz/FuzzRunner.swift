import FoundationEssentials
import Glibc
import Testing

@testable import Domain
@testable import Formats

/// Drives one reader with changed inputs until its time is over, and says what does not hold.
struct FuzzRunner {
    /// Seconds for each reader: `PENSTOCK_FUZZ_SECONDS`, else 0.3.
    static let seconds = ProcessInfo.processInfo.environment["PENSTOCK_FUZZ_SECONDS"].flatMap { Double($0) } ?? 0.3
    /// The first seed: `PENSTOCK_FUZZ_SEED`, else the same every time.
    static let seed = ProcessInfo.processInfo.environment["PENSTOCK_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_260_731
    /// Most bytes of an input.
    static let largest = 1 << 20
    /// Most that memory may grow over one input.
    static let memoryLimit = 64 << 20

    let target: FuzzTarget
    private(set) var inputs = 0
    /// What was seen so far: error codes with their fields, kinds of facts.
    private(set) var seen: Set<String> = []
    private var mutator: FuzzMutator
    private var corpus: [[UInt8]]

    init(_ target: FuzzTarget) {
        self.target = target
        mutator = FuzzMutator(random: SplitMix(state: FuzzRunner.seed))
        corpus = target.seeds
    }

    /// Tries the seeds, then changes of them, until the time is over; the first complaint ends it.
    mutating func run() -> String? {
        defer { FuzzWatch.clear() }
        for seed in target.seeds { if let complaint = attempt(seed) { return complaint } }
        let end = FuzzWatch.seconds + FuzzRunner.seconds
        let takesLarge = FuzzRunner.seconds >= 5
        while FuzzWatch.seconds < end {
            let parent = corpus[mutator.below(corpus.count)]
            let other = corpus[mutator.below(corpus.count)]
            var input = parent
            if mutator.below(takesLarge ? 2000 : 200) == 0 {
                input = mutator.large(parent, size: takesLarge ? FuzzRunner.largest : 1 << 15)
            }
            let limit = takesLarge ? FuzzRunner.largest : 1 << 16
            input = mutator.mutated(input, with: other, limit: limit)
            let known = seen.count
            if let complaint = attempt(input) { return complaint }
            if seen.count > known, input.count < 1 << 14, corpus.count < 256 { corpus.append(input) }
        }
        return nil
    }

    private mutating func attempt(_ input: [UInt8]) -> String? {
        inputs += 1
        FuzzWatch.blame(target.name, input)
        guard let complaint = complaint(input) else { return nil }
        // Other tests share the process: what cannot be repeated was their memory or their time.
        if complaint.isOfResources, (0..<4).contains(where: { _ in self.complaint(input) == nil }) { return nil }
        let bytes = input.count > 512 ? "\(input.count) bytes, base64 only" : text(FuzzWatch.hex(input))
        return """
            \(target.name), input \(inputs) of seed \(FuzzRunner.seed): \(complaint.text)
            hex: \(bytes)
            base64: \(Data(input).base64EncodedString())
            text: \(String(decoding: input.prefix(2000), as: UTF8.self).printable)
            """
    }

    /// What does not hold for one input; nil where all does.
    private mutating func complaint(_ input: [UInt8]) -> FuzzComplaint? {
        var found: FuzzCheck
        do {
            found = try FuzzCheck(target, input)
        } catch {
            guard let error = error as? FormatError else { return FuzzComplaint("threw \(error)") }
            seen.insert("! \(error.code.rawValue)")
            return nil
        }
        let complaint = found.run()
        seen.formUnion(found.seen)
        return complaint
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// What does not hold.
struct FuzzComplaint: Error {
    var text: String
    /// Whether it may be the fault of whoever else uses the machine.
    var isOfResources = false

    init(_ text: String, isOfResources: Bool = false) {
        self.text = text
        self.isOfResources = isOfResources
    }
}
