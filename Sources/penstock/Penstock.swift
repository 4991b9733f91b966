import Engine
import Glibc
import Store
import Formats
import Intake

@main struct Penstock {
    static func main() throws {
        let path = CommandLine.arguments[1]
        let folder = try? ShopFolder.create(
            path, settings: "time_zone = \"Europe/London\"\ncurrency = \"GBP\"\n", policy: "", mappings: [:], group: nil)
        let engine = try Engine(folder ?? ShopFolder(path: path))
        let mapping = try Mapping(Mapping.onlineRetail, file: "online-retail")
        defer { fflush(nil) }
        let clock = ContinuousClock()
        let start = clock.now
        let report = try engine.importer().run(ByteSource(path: CommandLine.arguments[2]), layout: .mapped(mapping))
        print(report.count, report.count.read, clock.now - start, report.complaints); fflush(nil)
        print(try engine.facts.tallies(), try engine.facts.contentDigest(), try engine.facts.rollupProblems().count, clock.now - start)
        let t = clock.now
        let plans = try engine.trial()
        print(plans, clock.now - t)
    }
}
