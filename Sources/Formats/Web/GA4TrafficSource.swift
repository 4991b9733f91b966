import Domain

/// Where a visit came from: three words that belong together.
struct GA4TrafficSource {
    var source, medium, campaign: String?

    /// The first record of an event that names any of the three; nil where none does.
    static func first(of row: JSONRow, _ parameters: GA4Parameters) throws(FormatError) -> GA4TrafficSource? {
        let lastClick = row.object("session_traffic_source_last_click")
        for part in ["cross_channel_campaign", "manual_campaign", "google_ads_campaign"] {
            if var found = try read(lastClick?.object(part), "source", "medium", "campaign_name") {
                // Google Ads names its campaign alone; what it means by source and medium is fixed.
                if part == "google_ads_campaign", found.source == nil {
                    (found.source, found.medium) = ("google", "cpc")
                }
                return found
            }
        }
        if let found = try read(
            row.object("collected_traffic_source"), "manual_source", "manual_medium", "manual_campaign_name")
        {
            return found
        }
        let own = GA4TrafficSource(
            source: set(try parameters["source"]?.words), medium: set(try parameters["medium"]?.words),
            campaign: set(try parameters["campaign"]?.words))
        if !own.isEmpty { return own }
        return try read(row.object("traffic_source"), "source", "medium", "name")
    }

    /// Writes the three into an event.
    func fill(_ event: inout WebEvent) {
        event.source = source
        event.medium = medium
        event.campaign = campaign
    }

    private var isEmpty: Bool { source == nil && medium == nil && campaign == nil }

    private static func read(
        _ row: JSONRow?, _ source: String, _ medium: String, _ campaign: String
    ) throws(FormatError) -> GA4TrafficSource? {
        guard let row else { return nil }
        let found = GA4TrafficSource(
            source: set(try row.words(source)), medium: set(try row.words(medium)),
            campaign: set(try row.words(campaign)))
        return found.isEmpty ? nil : found
    }

    /// GA4's words for nothing are nothing; `(direct)` and `(none)` are answers.
    private static func set(_ text: String?) -> String? { text?.isNotSet == true ? nil : text }
}
