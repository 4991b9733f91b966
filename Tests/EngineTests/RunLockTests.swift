import Engine
import Store
import TestSupport
import Testing

/// One runner serves a shop.
@Suite struct RunLockTests {
    @Test func `a second runner is refused while the first is there, in one process as in two`() throws {
        let shop = try EngineShop()
        var first: Runner? = try Runner(shop.engine, actor: EngineShop.actor)
        let error = #expect(throws: EngineError.self) { try Runner(shop.engine, actor: EngineShop.actor) }
        #expect(error?.code == .busy)
        _ = try first?.round()
        first = nil
        _ = try Runner(shop.engine, actor: EngineShop.actor)
    }

    @Test func `asking who runs takes nothing away from the runner`() throws {
        let shop = try EngineShop()
        #expect(RunLock.holder(shop.engine.folder.lock) == nil)
        let runner = try Runner(shop.engine, actor: EngineShop.actor)
        // Each of these looks at the lock, in the runner's own process.
        _ = try shop.engine.status(actor: EngineShop.actor)
        _ = try shop.engine.importer()
        #expect(RunLock.holder(shop.engine.folder.lock) != nil)
        let busy = try ChildProgram.run(
            "python3",
            [
                "-c",
                """
                import fcntl, os, sys
                lock = os.open(sys.argv[1], os.O_RDWR)
                try: fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError: sys.exit(3)
                """, shop.engine.folder.lock,
            ])
        #expect(busy.code == 3, "another process cannot take it: \(busy.error)")
        withExtendedLifetime(runner) {}
    }
}
