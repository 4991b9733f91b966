import Domain
import Engine

/// Moments and spans as the cockpit writes them.
enum Wording {
    /// `Mon 3 Oct 08:00` in the shop's zone.
    static func moment(_ instant: Instant, _ zone: Zone) -> String {
        "\(day(zone.day(of: instant))) \(clock(instant, zone))"
    }

    /// `08:00` in the shop's zone.
    static func clock(_ instant: Instant, _ zone: Zone) -> String {
        TimeOfDay(minutes: zone.local(instant).second / 60)?.description ?? ""
    }

    /// `Mon 3 Oct`.
    static func day(_ day: Day) -> String {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = day.weekday.short
        return "\(weekday.prefix(1).uppercased())\(weekday.dropFirst()) \(day.civil.day) \(names[day.civil.month - 1])"
    }

    /// How long, with the two units that matter: `2 d 4 h`, `3 h 59 min`, `4:05` below ten minutes.
    static func span(milliseconds: Int64, seconds: Bool = false) -> String {
        let total = max(0, milliseconds / 1000)
        let (days, hours, minutes) = (total / 86_400, total / 3600 % 24, total / 60 % 60)
        if seconds, total < 600 { return "\(total / 60):\(total % 60 < 10 ? "0" : "")\(total % 60)" }
        if days > 6 || (days > 0 && hours == 0) { return "\(days) d" }
        if days > 0 { return "\(days) d \(hours) h" }
        if hours > 0 { return minutes == 0 ? "\(hours) h" : "\(hours) h \(minutes) min" }
        return "\(minutes) min"
    }

    /// Time from a moment to another, `ago` or ahead.
    static func age(_ instant: Instant, now: Instant) -> String {
        span(milliseconds: now.milliseconds - instant.milliseconds)
    }

    /// Units, or a sign that they are not known.
    static func units(_ value: Int64?) -> String { value.map { String($0) } ?? "?" }
}
