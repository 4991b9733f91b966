/// What a cell means; a theme says how that looks.
///
/// A role never stands for its colour alone: the words beside it say the same.
public enum Role: String, CaseIterable, Sendable {
    /// Plain text.
    case text
    /// What matters less: units, ages, hints.
    case muted
    /// Titles of panels and columns.
    case heading
    /// What the eye should find: links, the figure that the screen is about.
    case accent
    /// In order, safe, done.
    case good
    /// Needs a look.
    case warning
    /// Needs an act.
    case danger
    /// Lines and boxes.
    case border
    /// The box of the panel that has the keys.
    case focus
    /// The row that has the keys.
    case selection
    /// The row that would have the keys if its panel had them.
    case shadow
    /// A row that is picked for a common act.
    case marked
    /// A field to type in.
    case input
    /// A key to press.
    case key
    /// What cannot be done now.
    case disabled
    /// What a filter has found.
    case match
    /// What has changed since it was last shown.
    case changed
    /// The header and the footer.
    case bar
    /// A word in a bar that says all is normal: LIVE, AUTO.
    case badge
    /// A word in a bar that says to take care: DEMO, HELD, READ ONLY.
    case badgeWarning = "badge-warning"
    /// A word in a bar that says something is wrong: NO RUNNER.
    case badgeDanger = "badge-danger"
    /// The line of a chart.
    case chart
    /// The fan or band around a chart's line.
    case band
    /// Events on a chart: arrivals, limits.
    case marker

    /// Roles that bring their own ground and keep it on a selected row.
    var hasGround: Bool {
        switch self {
        case .selection, .shadow, .marked, .input, .match, .bar, .badge, .badgeWarning, .badgeDanger: true
        default: false
        }
    }
}
