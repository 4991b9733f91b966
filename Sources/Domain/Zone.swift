import FoundationEssentials

/// A time zone of the IANA database, read from the system's compiled files (TZif, RFC 8536).
///
/// Foundation's own zones would pull in its internationalisation data (50 MB in a static binary) and cost 20 times as
/// much per conversion; an import converts one time per row.
public struct Zone: Sendable, Hashable, CustomStringConvertible {
    /// The IANA name: `Europe/London`.
    public let identifier: String

    /// Moments (seconds since 1970) from which on `offsets[i + 1]` holds; ascending.
    private let transitions: [Int64]
    /// Seconds east of UTC; one more than `transitions`, the first holding before all of them.
    private let offsets: [Int32]

    /// Coordinated Universal Time.
    public static let utc = Zone(identifier: "UTC", transitions: [], offsets: [0])

    private init(identifier: String, transitions: [Int64], offsets: [Int32]) {
        self.identifier = identifier
        self.transitions = transitions
        self.offsets = offsets
    }

    /// The zone of an IANA name, from `$TZDIR`, else `/usr/share/zoneinfo`.
    ///
    /// - Throws: `ZoneError` when no such zone is known, or the system has no time zone database.
    public init(identifier: String) throws(ZoneError) {
        if identifier == "UTC" {
            self = .utc
            return
        }
        let legal = identifier.utf8.allSatisfy {
            ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || "/_+-".utf8.contains($0)
        }
        guard legal, !identifier.isEmpty, !identifier.hasPrefix("/") else { throw .unknown(identifier) }
        let directory = ProcessInfo.processInfo.environment["TZDIR"] ?? "/usr/share/zoneinfo"
        guard FileManager.default.fileExists(atPath: directory) else { throw .noDatabase(directory) }
        guard let data = try? Data(contentsOf: URL(filePath: "\(directory)/\(identifier)")) else {
            throw .unknown(identifier)
        }
        guard let parsed = CompiledZone([UInt8](data)) else { throw .unreadable(identifier) }
        self.init(identifier: identifier, transitions: parsed.transitions, offsets: parsed.offsets)
    }

    /// Seconds east of UTC at a moment.
    public func offset(at instant: Instant) -> Int {
        offset(atSecond: instant.seconds)
    }

    /// The civil day and the second within it (0…86,399 by the wall clock) at a moment.
    public func local(_ instant: Instant) -> (day: Day, second: Int) {
        let seconds = instant.seconds
        let local = seconds + Int64(offset(atSecond: seconds))
        let inDay = ((local % 86_400) + 86_400) % 86_400
        return (Day(number: Int32(clamping: (local - inDay) / 86_400)), Int(inDay))
    }

    /// The civil day at a moment.
    public func day(of instant: Instant) -> Day { local(instant).day }

    /// The moment at which the wall clock shows `second` (0…86,399) on `day`.
    ///
    /// A time that the clock shows twice means the first of the two; a time that it skips is moved forward by the gap.
    public func instant(day: Day, second: Int = 0) -> Instant {
        let wall = Int64(day.number) * 86_400 + Int64(second)
        let before = Int64(offset(atSecond: wall - 86_400))
        let after = Int64(offset(atSecond: wall + 86_400))
        if before == after { return Instant(seconds: wall - before) }
        // Around a change: the earlier reading that is consistent wins, else the old offset carries over the gap.
        for candidate in [wall - max(before, after), wall - min(before, after)]
        where candidate + Int64(offset(atSecond: candidate)) == wall {
            return Instant(seconds: candidate)
        }
        return Instant(seconds: wall - before)
    }

    /// As files and messages write it.
    public var description: String { identifier }
    /// Zones are the same by name.
    public static func == (left: Zone, right: Zone) -> Bool { left.identifier == right.identifier }
    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

    private func offset(atSecond second: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= second { low = middle + 1 } else { high = middle }
        }
        return Int(offsets[low])
    }
}

/// Why a time zone cannot be used.
public enum ZoneError: Error, Equatable, CustomStringConvertible {
    /// No zone of this name is in the database.
    case unknown(String)
    /// The file of this zone is damaged.
    case unreadable(String)
    /// The system has no time zone database at this folder.
    case noDatabase(String)

    /// As files and messages write it.
    public var description: String {
        switch self {
        case .unknown(let name): "no time zone is called '\(name)'; use an IANA name such as Europe/London"
        case .unreadable(let name): "the system's file for time zone '\(name)' cannot be read; reinstall tzdata"
        case .noDatabase(let path): "there is no time zone database at \(path); install tzdata or set TZDIR"
        }
    }
}

/// The parsed body of a TZif file: explicit transitions, then those of its closing rule up to the year 2100.
private struct CompiledZone {
    var transitions: [Int64] = []
    var offsets: [Int32] = []

    init?(_ bytes: [UInt8]) {
        func big32(_ at: Int) -> Int32 {
            Int32(truncatingIfNeeded: (0..<4).reduce(0) { $0 << 8 | Int(bytes[at + $1]) })
        }
        func big64(_ at: Int) -> Int64 { (0..<8).reduce(Int64(0)) { $0 << 8 | Int64(bytes[at + $1]) } }
        func counts(_ at: Int) -> [Int]? {
            guard at + 44 <= bytes.count, bytes[at..<at + 4].elementsEqual("TZif".utf8) else { return nil }
            let counts = (0..<6).map { Int(big32(at + 20 + $0 * 4)) }
            return counts.allSatisfy { $0 >= 0 } ? counts : nil
        }
        // counts: isutc, isstd, leap, time, type, char. Version 2 repeats the block with 64-bit times.
        guard bytes.count > 44, bytes[4] >= 0x32, let first = counts(0) else { return nil }
        let second = 44 + first[3] * 5 + first[4] * 6 + first[5] + first[2] * 8 + first[1] + first[0]
        guard let count = counts(second) else { return nil }
        let times = second + 44
        let kinds = times + count[3] * 8
        let types = kinds + count[3]
        let footer = types + count[4] * 6 + count[5] + count[2] * 12 + count[1] + count[0]
        guard footer <= bytes.count, count[4] > 0 else { return nil }
        func type(_ index: Int) -> Int32 { big32(types + index * 6) }
        offsets = [type(0)]
        for index in 0..<count[3] {
            let kind = Int(bytes[kinds + index])
            guard kind < count[4] else { return nil }
            transitions.append(big64(times + index * 8))
            offsets.append(type(kind))
        }
        let rule = String(decoding: bytes[footer...].split(separator: 0x0A).first ?? [], as: UTF8.self)
        if let posix = PosixRule(rule) { extend(by: posix) }
    }

    private mutating func extend(by rule: PosixRule) {
        let last = transitions.last ?? Int64.min
        guard let summer = rule.summer else {
            if transitions.isEmpty { offsets = [Int32(rule.standard)] }
            return
        }
        var upcoming: [(Int64, Int32)] = []
        for year in 1970...2100 {
            upcoming.append((summer.start.second(year) - Int64(rule.standard), Int32(summer.offset)))
            upcoming.append((summer.end.second(year) - Int64(summer.offset), Int32(rule.standard)))
        }
        for (moment, offset) in upcoming.sorted(by: { $0.0 < $1.0 }) where moment > last {
            transitions.append(moment)
            offsets.append(offset)
        }
    }
}

/// The closing rule of a TZif file, in the notation of POSIX `TZ`: `GMT0BST,M3.5.0/1,M10.5.0`.
private struct PosixRule {
    struct Change {
        var month = 0, week = 0, weekday = 0, time = 7200

        func second(_ year: Int) -> Int64 {
            let first = Day.daysFromCivil(year, month, 1)
            let firstWeekday = ((first + 4) % 7 + 7) % 7  // Sunday is 0, as POSIX has it
            var day = first + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            if day >= first + Day.length(ofMonth: month, year: year) { day -= 7 }
            return Int64(day) * 86_400 + Int64(time)
        }
    }

    var standard = 0
    var summer: (offset: Int, start: Change, end: Change)?

    init?(_ text: String) {
        let parts = text.split(separator: ",")
        guard let names = parts.first else { return nil }
        var rest = Substring(names)
        guard PosixRule.dropName(&rest), let west = PosixRule.clock(&rest) else { return nil }
        standard = -west
        guard parts.count == 3, PosixRule.dropName(&rest) else {
            if parts.count != 1 { return nil }
            return
        }
        let offset = PosixRule.clock(&rest).map { -$0 } ?? standard + 3600
        guard let start = PosixRule.change(parts[1]), let end = PosixRule.change(parts[2]) else { return nil }
        summer = (offset, start, end)
    }

    private static func dropName(_ text: inout Substring) -> Bool {
        if text.first == "<" {
            guard let close = text.firstIndex(of: ">") else { return false }
            text = text[text.index(after: close)...]
            return true
        }
        let name = text.prefix { $0.isLetter }
        text = text[name.endIndex...]
        return !name.isEmpty
    }

    private static func clock(_ text: inout Substring) -> Int? {
        let piece = text.prefix { $0.isNumber || $0 == ":" || $0 == "+" || $0 == "-" }
        guard !piece.isEmpty else { return nil }
        text = text[piece.endIndex...]
        let sign = piece.first == "-" ? -1 : 1
        let numbers = piece.drop { $0 == "+" || $0 == "-" }.split(separator: ":").compactMap { Int($0) }
        guard let hours = numbers.first else { return nil }
        return sign * (hours * 3600 + (numbers.count > 1 ? numbers[1] * 60 : 0) + (numbers.count > 2 ? numbers[2] : 0))
    }

    private static func change(_ text: Substring) -> Change? {
        guard text.first == "M" else { return nil }
        let halves = text.dropFirst().split(separator: "/")
        let numbers = (halves.first ?? "").split(separator: ".").compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        var change = Change(month: numbers[0], week: numbers[1], weekday: numbers[2])
        if halves.count == 2 {
            var rest = halves[1]
            guard let time = clock(&rest) else { return nil }
            change.time = time
        }
        return change
    }
}
