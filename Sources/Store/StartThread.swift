import Glibc

/// Runs `body` on a thread of its own, which begins at once however busy the shared ones are.
///
/// - Returns: the thread, to be joined or detached by the caller; nil where the system has none left.
public func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let started = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }, work.toOpaque())
    guard started == 0 else {
        work.release()
        return nil
    }
    return thread
}
