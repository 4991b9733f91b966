import FoundationEssentials
import Glibc
import Testing

@testable import Formats

/// Every reader on damaged and hostile inputs: nothing traps, everything ends, nothing grows without bound, nothing is
/// lost or invented. `PENSTOCK_FUZZ_SECONDS` says how long each is tried, `PENSTOCK_FUZZ_SEED` where it begins;
/// `PENSTOCK_FUZZ_READERS` names the readers that are tried, with commas between them, else all are;
/// `PENSTOCK_FUZZ_REPORT` names a file to which counts of inputs are appended.
@Suite(.serialized) struct FuzzTests {
    private static let chosen: [FuzzTarget] = {
        guard let names = ProcessInfo.processInfo.environment["PENSTOCK_FUZZ_READERS"] else { return FuzzTarget.all }
        let wanted = Set(names.split(separator: ",").map(String.init))
        return FuzzTarget.all.filter { wanted.contains($0.name) }
    }()

    @Test(arguments: FuzzTests.chosen)
    func `whatever the bytes, a reader ends, keeps them, and means what it says`(target: FuzzTarget) {
        var runner = FuzzRunner(target)
        if let complaint = runner.run() { Issue.record("\(complaint)") }
        #expect(runner.seen.count > 1 || FuzzRunner.seconds < 0.1, "the seeds of \(target.name) reach nothing")
        report(runner)
    }

    @Test func `every seed holds a record that is read`() throws {
        for target in FuzzTarget.all {
            for seed in target.seeds where !target.name.hasPrefix("csv ") && !target.name.hasPrefix("encoding ") {
                var (reader, _) = try target.open(
                    ByteSource(bytes: seed, name: "seed", encoding: target.encoding))
                var records = 0
                var errors: [String] = []
                while let reading = try reader.next() {
                    records += reading.error == nil ? 1 : 0
                    if let error = reading.error { errors.append(error.description) }
                }
                #expect(records > 0, "\(target.name): \(errors)")
            }
        }
    }

    private func report(_ runner: FuzzRunner) {
        let path = ProcessInfo.processInfo.environment["PENSTOCK_FUZZ_REPORT"]
        guard let path, let file = fopen(path, "a") else { return }
        fputs("\(runner.target.name): \(runner.inputs) inputs, \(runner.seen.count) outcomes\n", file)
        fclose(file)
    }
}
