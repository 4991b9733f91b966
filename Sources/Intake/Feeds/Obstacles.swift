import Glibc

extension FeedSettings {
    /// What on this machine stands in the way of the source, one sentence each; empty where nothing does.
    ///
    /// - Parameter folder: the shop's folder, to which paths are relative.
    public func obstacles(in folder: String) -> [String] {
        func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }
        func kind(_ path: String) -> mode_t? {
            var status = stat()
            return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
        }
        switch origin {
        case .folder(let path):
            let place = absolute(path)
            guard let kind = kind(place) else {
                // Inside the shop the runner makes it.
                return path.hasPrefix("/") ? ["there is no folder \(place); make it"] : []
            }
            guard kind == S_IFDIR else { return ["\(place) is no folder"] }
            return access(place, R_OK | W_OK | X_OK) == 0
                ? [] : ["\(place): you may not read and move files there; ask its owner for permission"]
        case .file(let path):
            let place = absolute(path)
            guard let kind = kind(place) else {
                let parent = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? "."
                return access(parent, X_OK) == 0
                    ? [] : ["there is no folder \(parent), in which the file is to come; make it"]
            }
            guard kind == S_IFREG else { return ["\(place) is no file that can be followed; name a regular file"] }
            return access(place, R_OK) == 0
                ? [] : ["\(place): you may not read this file; ask its owner for permission"]
        case .command(let program, _, _):
            guard program.contains("/") else {
                let path = getenv("PATH").map { String(cString: $0) } ?? ""
                return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
                    ? [] : ["no program \(program) is in PATH; give its whole path"]
            }
            let place = absolute(program)
            return kind(place) == S_IFREG && access(place, X_OK) == 0
                ? [] : ["\(place) is no program that you may run"]
        case .standardInput: return []
        }
    }
}
