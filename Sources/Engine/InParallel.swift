import Dispatch
import FoundationEssentials
import Synchronization

/// Processors of the machine.
let processors = ProcessInfo.processInfo.activeProcessorCount

/// The results of `work` on each item, in their order whatever the number of threads.
func inParallel<Item: Sendable, Result: Sendable>(
    _ items: [Item], jobs: Int, _ work: @Sendable (Item) -> Result
) -> [Result] {
    let workers = min(jobs, items.count)
    guard workers > 1 else { return items.map(work) }
    let parts = Mutex([[Result]](repeating: [], count: workers))
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
        let part = items[items.count * worker / workers..<items.count * (worker + 1) / workers].map(work)
        parts.withLock { $0[worker] = part }
    }
    return parts.withLock { $0.flatMap { $0 } }
}

/// Does `work` for 0 ..< `count` on as many threads; which takes what is not said.
func forEach(_ count: Int, jobs: Int, _ work: @Sendable (Int) -> Void) {
    let workers = min(jobs, count)
    guard workers > 1 else {
        for index in 0..<count { work(index) }
        return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < count else { break }
            work(index)
        }
    }
}
