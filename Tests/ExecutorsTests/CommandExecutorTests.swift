import Actions
import Domain
import FoundationEssentials
import Glibc
import Processes
import Testing

@testable import Executors

@Suite(.serialized) struct CommandExecutorTests {
    private func executor(
        _ program: String, arguments: [String] = [], lookUp: [String]? = nil, limit: Duration = .seconds(20)
    ) -> CommandExecutor {
        CommandExecutor(
            .init(program: program, arguments: arguments, lookUp: lookUp), lock: program + ".lock", limit: limit,
            patience: .milliseconds(100))
    }

    @Test func theOrderArrivesOnTheInputAndTheReceiptComesBack() throws {
        let folder = try Folder()
        let program = try folder.script(
            "cat > \(folder.path)/got; printf '%s ' \"$@\" \"$PENSTOCK_KEY\" \"$PENSTOCK_CALL\" > \(folder.path)/said; "
                + "echo noise; echo ERP-4711; echo")
        let outcome = executor(program, arguments: ["--ref={key}", "a b; rm -rf $HOME"]).perform(try order(key: "PO-1"))
        #expect(outcome == .done(receipt: "ERP-4711"))
        #expect(try folder.text("got") == String(decoding: OrderForm.json(try order(key: "PO-1")), as: UTF8.self))
        #expect(try folder.text("said") == "--ref=PO-1 a b; rm -rf $HOME PO-1 perform ")
    }

    @Test func aRefusalIsNotDoneAndMayBeRetried() throws {
        let program = try Folder()
        let outcome = executor(try program.script("echo 'closed today' >&2; exit 3")).perform(try order())
        #expect(outcome == .notDone(reason: "closed today", retryable: true))
    }

    @Test(arguments: [("exit 1", "code 1"), ("kill -SEGV $$", "signal 11"), ("echo oops >&2; exit 70", "oops")])
    func anythingElseIsUnknown(body: String, said: String) throws {
        let folder = try Folder()
        guard case .unknown(let reason) = executor(try folder.script(body)).perform(try order()) else {
            Issue.record("not unknown")
            return
        }
        #expect(reason.contains(said))
    }

    @Test func aProgramThatTakesTooLongIsStoppedWithItsChildren() throws {
        let folder = try Folder()
        let program = try folder.script("sleep 30 & echo $! > \(folder.path)/child; wait")
        let start = ContinuousClock.now
        guard case .unknown(let reason) = executor(program, limit: .milliseconds(200)).perform(try order()) else {
            Issue.record("not unknown")
            return
        }
        #expect(reason.contains("time") && ContinuousClock.now - start < .seconds(5))
        let child = try #require(Int32(try folder.text("child").trimmed))
        #expect(isGone(child))
    }

    @Test func aProgramThatWillNotEndIsMadeTo() throws {
        let folder = try Folder()
        let program = try folder.script("echo $$ > \(folder.path)/child; trap '' TERM; while :; do :; done")
        guard case .unknown = executor(program, limit: .milliseconds(100)).perform(try order()) else {
            Issue.record("not unknown")
            return
        }
        // Not even a zombie is left.
        let child = try #require(Int32(try folder.text("child").trimmed))
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(child)"))
    }

    @Test func aFloodIsReadToItsEndAndKeptInPart() throws {
        let folder = try Folder()
        let program = try folder.script("head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2")
        let result = ChildProcess(
            program: program, arguments: [], environment: [:], input: [], limit: .seconds(20), patience: .seconds(1)
        ).run()
        #expect(result.ending == .exited(0))
        #expect(result.output.count == 65_536 && result.complaint.count == 65_536)
    }

    @Test func aMissingProgramHasDoneNothing() throws {
        let missing = executor("/nowhere/at/all", lookUp: [])
        #expect(throws: ExecutorError.self) { try missing.prepare(try order()) }
        guard case .notDone(_, retryable: true) = missing.perform(try order()) else {
            Issue.record("not 'not done'")
            return
        }
        // But a look-up that cannot be run says nothing about the order.
        guard case .unknown = missing.lookUp(try order()) else {
            Issue.record("not unknown")
            return
        }
    }

    @Test func aProgramThatIgnoresItsInputDoesNoHarm() throws {
        let folder = try Folder()
        let program = try folder.script("exec true")
        let result = ChildProcess(
            program: program, arguments: [], environment: [:], input: [UInt8](repeating: 65, count: 3_000_000),
            limit: .seconds(20), patience: .seconds(1)
        ).run()
        #expect(result.ending == .exited(0))
    }

    @Test func nothingIsInheritedButTheStandardDescriptorsAndTheLock() throws {
        let folder = try Folder()
        // One that was left open to children by mistake.
        let leaked = open("/dev/null", O_RDONLY)
        defer { close(leaked) }
        try #require(leaked > 2 && fcntl(leaked, F_GETFD) == 0)
        let program = try folder.script("ls /proc/$$/fd > \(folder.path)/fds")
        _ = executor(program).perform(try order())
        let open = try folder.text("fds").split(separator: "\n").compactMap { Int32($0) }
        // The shell keeps its own script open, at 10 or above.
        #expect(Set(open).isSuperset(of: [0, 1, 2]))
        #expect(!open.contains(leaked) && open.filter { $0 > 3 && $0 < 10 }.isEmpty)
    }

    @Test func theLockIsPrivateByDefaultAndSharedInAGroupsShop() throws {
        for (shared, mode) in [(false, 0o600), (true, 0o660)] as [(Bool, mode_t)] {
            let folder = try Folder()
            let settings = ExecutorSettings.command(.init(program: try folder.script("exit 0")))
            _ = settings.executor(outbox: folder.path, sharedWithGroup: shared).perform(try order())
            var status = stat()
            try #require(stat("\(folder.path)/.command.lock", &status) == 0)
            #expect(status.st_mode & 0o7777 == mode)
        }
    }

    @Test func whatIsStillBeingPlacedIsNotLookedUp() throws {
        let folder = try Folder()
        // What the program starts and leaves behind holds the lock, as the program itself does when its runner is killed.
        let program = try folder.script(
            "test \"$PENSTOCK_CALL\" = look-up && exit 3; sleep 30 >/dev/null 2>&1 & echo $! > \(folder.path)/pid; exit 0"
        )
        let executor = executor(program, lookUp: ["{key}"], limit: .milliseconds(200))
        guard case .done = executor.perform(try order()) else {
            Issue.record("the program itself has ended")
            return
        }
        let pid = try #require(Int32(folder.text("pid").trimmed))
        guard case .unknown = executor.lookUp(try order()),
            case .notDone(_, retryable: true) = executor.perform(try order())
        else {
            Issue.record("it looked up, or sent, beside a call that is at work")
            return
        }
        kill(pid, SIGKILL)
        guard case .notDone = executor.lookUp(try order()) else {
            Issue.record("with nobody at work the program is asked")
            return
        }
    }

    @Test func aLookUpAsksTheSameProgramAboutTheKey() throws {
        let folder = try Folder()
        let program = try folder.script(
            "test \"$PENSTOCK_CALL\" = look-up || exit 9; case $2 in PO-yes) echo found; exit 0;; PO-no) exit 3;; esac; exit 7"
        )
        let executor = executor(program, lookUp: ["--status", "{key}"])
        #expect(executor.lookUp(try order(key: "PO-yes")) == .done(receipt: "found"))
        guard case .notDone(_, retryable: true) = executor.lookUp(try order(key: "PO-no")),
            case .unknown = executor.lookUp(try order(key: "PO-what"))
        else {
            Issue.record("look-up misunderstood")
            return
        }
        guard case .unknown = self.executor(program).lookUp(try order()) else {
            Issue.record("without look-up arguments nothing is known")
            return
        }
    }

    /// Whether a process has ended: dead or about to be reaped by init. It was killed before we were told, so at most
    /// the kernel's own work is left.
    private func isGone(_ pid: Int32) -> Bool {
        let deadline = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < deadline {
            let status = FileManager.default.contents(atPath: "/proc/\(pid)/stat").map {
                String(decoding: $0, as: UTF8.self)
            }
            guard let status, !status.contains(") Z ") else { return true }
            sched_yield()
        }
        return false
    }
}
