import Domain
import FoundationEssentials
import Glibc
import Intake
import Store
import TestSupport
import Testing

/// A folder into which somebody puts files.
@Suite struct WatchedFolderTests {
    private func drop(_ more: String = "") throws -> LiveShop {
        let live = try LiveShop("kind = \"folder\"\npath = \"in\"\n\(more)")
        try live.look()
        return live
    }

    private static let stages = "case,stage,start\nC1,pick,2011-11-07T09:00:00Z\n"

    @Test func `whole files are taken in by name and moved to done`() throws {
        let live = try drop()
        try live.append(WatchedFolderTests.stages, to: "in/b.csv")
        try live.append("case,stage,start\nC2,pick,2011-11-07T09:30:00Z\nC3,pick,oops\n", to: "in/a.csv")
        try live.append(WatchedFolderTests.stages, to: "in/.hidden.csv")
        try live.append(WatchedFolderTests.stages, to: "in/c.csv.part")
        try live.append(WatchedFolderTests.stages, to: "in/d.tmp")
        try live.look()
        #expect(live.names("in") == [".hidden.csv", "c.csv.part", "d.tmp", "done", "failed"])
        #expect(live.names("in/done") == ["a.csv", "b.csv"])
        #expect(try live.facts.batches(limit: 9).map(\.file) == ["b.csv", "a.csv"])
        let feed = try #require(try live.facts.liveSource("live"))
        #expect(feed.read == 3 && feed.refused == 1 && feed.watermark == Instant(iso8601: "2011-11-07T09:30:00Z"))
        #expect(rename("\(live.path)/in/c.csv.part", "\(live.path)/in/b.csv") == 0)
        try live.look()
        #expect(live.names("in/done") == ["a.csv", "b.csv", "b.csv.2"], "what is there is not overwritten")
    }

    @Test func `a file that is still written is left until it is closed`() throws {
        let live = try drop()
        let writer = open("\(live.path)/in/a.csv", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let bytes = Array(WatchedFolderTests.stages.utf8)
        #expect(write(writer, bytes, 30) == 30)
        #expect(try live.look() <= .seconds(1))
        #expect(live.names("in/done").isEmpty)
        #expect(write(writer, Array(bytes[30...]), bytes.count - 30) == bytes.count - 30)
        close(writer)
        try live.look()
        #expect(live.names("in/done") == ["a.csv"])
    }

    @Test func `what was there before is whole when it stands still`() throws {
        let live = try LiveShop("kind = \"folder\"\npath = \"in\"")
        #expect(mkdir("\(live.path)/in", 0o700) == 0)
        try live.append(WatchedFolderTests.stages, to: "in/a.csv")
        try live.look()
        #expect(live.names("in/done").isEmpty)
        usleep(2_100_000)
        try live.look()
        #expect(live.names("in/done") == ["a.csv"])
    }

    @Test func `a file that stands still while it is open for writing waits for its close`() throws {
        let live = try LiveShop("kind = \"folder\"\npath = \"in\"")
        #expect(mkdir("\(live.path)/in", 0o700) == 0)
        let writer = open("\(live.path)/in/a.csv", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        let bytes = Array(WatchedFolderTests.stages.utf8)
        #expect(write(writer, bytes, 30) == 30)
        try live.look()
        let later = open("\(live.path)/in/b.csv", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        #expect(write(later, bytes, 30) == 30)
        usleep(2_200_000)
        try live.look()
        #expect(live.names("in/done").isEmpty, "neither the one that was there nor the one that was seen coming")
        for descriptor in [writer, later] {
            #expect(write(descriptor, Array(bytes[30...]), bytes.count - 30) == bytes.count - 30)
            close(descriptor)
        }
        try live.look()
        #expect(live.names("in/done") == ["a.csv", "b.csv"])
        let feed = try #require(try live.facts.liveSource("live"))
        #expect(feed.read == 2 && feed.refused == 0)
    }

    @Test func `what grows in done is taken back and read again`() throws {
        let live = try drop()
        try live.append(WatchedFolderTests.stages, to: "in/a.csv")
        try live.look()
        try live.append("C2,pick,2011-11-07T09:30:00Z\n", to: "in/done/a.csv")
        try live.look()
        #expect(live.names("in/done").isEmpty && live.source.feed.said.contains("a.csv"))
        usleep(2_100_000)
        try live.look()
        #expect(live.names("in/done") == ["a.csv"])
        #expect(try live.tally("stageEvents") == 2)
    }

    @Test func `what cannot be read at all goes to failed with its reason`() throws {
        let live = try drop()
        try live.append("what,is,this\n1,2,3\n", to: "in/a.csv")
        try live.append("", to: "in/empty.csv")
        try live.append(WatchedFolderTests.stages, to: "in/z.csv")
        try live.look()
        #expect(live.names("in/failed") == ["a.csv", "a.csv.reason", "empty.csv", "empty.csv.reason"])
        #expect(live.names("in/done") == ["z.csv"])
        let reason = try String(contentsOfFile: "\(live.path)/in/failed/a.csv.reason", encoding: .utf8)
        #expect(reason.contains("no header that is known") && reason.contains("mapping = NAME"))
        var status = stat()
        #expect(stat("\(live.path)/in/failed/a.csv.reason", &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func `a crash between import and move changes nothing`() throws {
        let live = try drop()
        try live.append(WatchedFolderTests.stages, to: "in/a.csv")
        try live.look()
        let digest = try live.facts.contentDigest()
        #expect(rename("\(live.path)/in/done/a.csv", "\(live.path)/in/a.csv") == 0)
        try live.restart()
        usleep(2_100_000)
        try live.look()
        #expect(live.names("in/done") == ["a.csv"])
        #expect(try live.facts.contentDigest() == digest)
    }

    @Test func `done is cleared after a while`() throws {
        let live = try drop("keep_done = \"2 d\"")
        try live.append(WatchedFolderTests.stages, to: "in/a.csv")
        try live.look()
        live.wait(seconds: 86_400)
        try live.append(WatchedFolderTests.stages, to: "in/b.csv")
        try live.look()
        #expect(live.names("in/done") == ["a.csv", "b.csv"])
        live.wait(seconds: 86_401)
        try live.look()
        #expect(live.names("in/done") == ["b.csv"])
    }

    @Test func `a folder elsewhere must be there`() throws {
        let live = try LiveShop("kind = \"folder\"\npath = \"/nowhere/at/all\"")
        let error = try #require(throws: FeedError.self) { try live.look() }
        #expect(error.description.contains("/nowhere/at/all"))
    }
}
