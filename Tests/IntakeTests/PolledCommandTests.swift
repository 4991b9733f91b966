import Domain
import FoundationEssentials
import Glibc
import Intake
import Store
import TestSupport
import Testing

/// A program that is run again and again.
@Suite struct PolledCommandTests {
    private func command(_ script: String, every: String = "50 ms", timeout: String = "20") throws -> LiveShop {
        let live = try LiveShop(
            """
            kind = "command"
            program = "./poll.sh"
            as = "stages"
            every = "\(every)"
            timeout_seconds = \(timeout)
            """)
        try live.append("#!/bin/sh\ncd \(live.path)\n\(script)\n", to: "poll.sh")
        chmod("\(live.path)/poll.sh", 0o700)
        return live
    }

    @Test func `each output is an import, and it is run when its time has come`() throws {
        let live = try command(
            "echo run >> runs; n=$(wc -l < runs); echo case,stage,start; echo C$n,pick,2011-11-07T09:00:00Z",
            every: "1 h")
        let pause = try live.look()
        #expect(pause > .seconds(3500) && pause <= .seconds(3600))
        #expect(try live.look() > .seconds(3500), "not yet")
        #expect(try live.tally("stageEvents") == 1)
        try live.restart()
        try live.look()
        #expect(try live.tally("stageEvents") == 2)
        #expect(try live.facts.liveSource("live")?.read == 2)
    }

    @Test func `a failure brings nothing and is told with its last words, safe to print`() throws {
        let live = try command(
            "echo case,stage,start; echo C1,pick,2011-11-07T09:00:00Z; printf 'first\\nlast \\033[31mword\\n' >&2; exit 7"
        )
        let error = try #require(throws: FeedError.self) { try live.look() }
        #expect(error.description.contains("code 7") && error.description.contains("word"))
        #expect(!error.description.contains("first") && !error.description.utf8.contains(0x1B))
        #expect(try live.tally("stageEvents") == 0)
    }

    @Test func `one that failed is not well before it has run well`() throws {
        let live = try command("echo run >> runs; [ $(wc -l < runs) -gt 2 ]", every: "1 h")
        for _ in 0..<2 { #expect(throws: FeedError.self) { try live.look() } }
        #expect(try live.look() > .seconds(3500))
        #expect(try live.look() > .seconds(3500), "and not again before its time")
        #expect(try String(contentsOfFile: "\(live.path)/runs", encoding: .utf8) == "run\nrun\nrun\n")
    }

    @Test func `one that does not end is killed with all that it started`() throws {
        let live = try command("sleep 60 & echo $! > child; wait", timeout: "0.3")
        let clock = ContinuousClock()
        let begin = clock.now
        let error = try #require(throws: FeedError.self) { try live.look() }
        #expect(error.description.contains("timeout_seconds"))
        #expect(clock.now - begin < .seconds(10))
        let text = try String(contentsOfFile: "\(live.path)/child", encoding: .utf8)
        let child = try #require(Int32(text.trimmed))
        for _ in 0..<100 where kill(child, 0) == 0 && !isZombie(child) { usleep(20_000) }
        #expect(kill(child, 0) != 0 || isZombie(child))
    }

    private func isZombie(_ process: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        return status.contains(") Z ")
    }

    @Test func `it ends with its runner`() throws {
        let live = try command("sleep 60")
        live.end()
        let clock = ContinuousClock()
        let begin = clock.now
        try live.look()
        #expect(clock.now - begin < .seconds(10))
        #expect(try live.tally("stageEvents") == 0)
    }

    @Test func `never two at once`() throws {
        let live = try command("sleep 60 >/dev/null 2>&1 & echo $! > child; exit 0")
        try live.look()
        let text = try String(contentsOfFile: "\(live.path)/child", encoding: .utf8)
        let child = try #require(Int32(text.trimmed))
        defer { kill(child, SIGKILL) }
        usleep(60_000)
        let error = try #require(throws: FeedError.self) { try live.look() }
        #expect(error.description.contains("has not ended"))
    }

    @Test func `what cannot be started says so`() throws {
        let live = try LiveShop("kind = \"command\"\nprogram = \"no-such-program\"\nevery = \"50 ms\"")
        let error = try #require(throws: FeedError.self) { try live.look() }
        #expect(error.description.contains("no-such-program cannot be started"))
    }
}
