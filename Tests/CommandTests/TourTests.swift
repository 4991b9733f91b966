import FoundationEssentials
import TestSupport
import Testing

/// The README's tour, run as it is written.
struct TourTests {
    @Test func theTourOfTheReadmeRunsAsWritten() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let readme = try String(contentsOfFile: "\(root)/README.md", encoding: .utf8)
        let tour = try #require(readme.split(separator: "<!-- tour:begin -->").dropFirst().first)
        let lines = try #require(tour.split(separator: "<!-- tour:end -->").first)
            .split(separator: "\n").filter { !$0.hasPrefix("```") && !$0.hasPrefix("<!--") }
        try #require(lines.count > 15)
        let folder = try TemporaryFolder()
        // The same lines, with the program that was built beside the tests and a folder of their own.
        let script = lines.joined(separator: "\n")
            .replacing(".build/debug/penstock", with: try CommandShop.program())
            .replacing("/tmp/penstock-tour", with: "\(folder.path)/tour")
        let ending = try ChildProgram.run(
            "bash", ["-c", "shopt -s expand_aliases; set -eu; cd '\(root)'\n\(script)"])
        #expect(ending.code == 0, "\(ending.error)\n\(ending.output.suffix(600))")
        #expect(ending.output.contains("approved as PO-"))
        #expect(ending.output.contains("order.csv\norder.json"))
        #expect(ending.output.contains("the journal is intact"))
        #expect(ending.error.contains("it is already done"))
        #expect(!ending.output.contains("WRONG"))
    }
}
