import Config
import Glibc

extension Theme {
    /// The names of the themes that come with the program, the default one first.
    public static let builtIn = ["dark", "light", "high-contrast", "colour-blind", "mono"]

    /// Finds a theme: a file of the user's before the one that comes with the program.
    ///
    /// It never fails: what cannot be read is complained about, and the default stands in.
    ///
    /// - Parameters:
    ///   - name: A name, or the path of a file if it contains a slash.
    ///   - folders: Where `NAME.toml` may lie, the first one first.
    public static func find(_ name: String, in folders: [String] = []) -> (theme: Theme, complaint: ConfigError?) {
        let paths = name.contains("/") ? [name] : folders.map { "\($0)/\(name).toml" }
        do throws(ConfigError) {
            for path in paths {
                if let text = try read(path) { return (try Theme(text, file: path), nil) }
            }
            if let bytes = bundled[name] {
                return (try Theme(String(decoding: bytes, as: UTF8.self), file: "\(name).toml"), nil)
            }
            let known = builtIn.joined(separator: ", ")
            throw ConfigError(file: paths.last ?? name, message: "there is no theme '\(name)'; known: \(known)")
        } catch {
            let standIn = builtIn[0]
            if name != standIn { return (find(standIn, in: folders).theme, error) }
            let own = bundled[standIn].flatMap { bytes in
                try? Theme(String(decoding: bytes, as: UTF8.self), file: "\(standIn).toml")
            }
            return (own ?? .plain, error)
        }
    }

    private static let bundled: [String: [UInt8]] = [
        "dark": PackageResources.dark_toml,
        "light": PackageResources.light_toml,
        "high-contrast": PackageResources.high_contrast_toml,
        "colour-blind": PackageResources.colour_blind_toml,
        "mono": PackageResources.mono_toml,
    ]

    /// The text of a file; nil where there is none.
    private static func read(_ path: String) throws(ConfigError) -> String? {
        guard let file = fopen(path, "re") else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw ConfigError(file: path, message: "it cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        let most = 64 * 1024
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            count = fread(buffer.baseAddress, 1, most, file)
        }
        guard ferror(file) == 0, bytes.count < most else {
            throw ConfigError(file: path, message: "a theme is a text file of less than 64 KiB")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The name of a file without its folders and its extension.
func stem(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return String(name.hasSuffix(".toml") ? name.dropLast(5) : name)
}
