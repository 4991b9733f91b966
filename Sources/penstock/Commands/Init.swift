import ArgumentParser
import Engine
import Glibc

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a shop.",
        discussion: """
            A shop is a folder of two databases and two settings files, private to you unless --group shares it. What is \
            not given is asked for on a terminal. Time zone and currency cannot be changed later: days and totals are in \
            them.

            Example: penstock init ~/shop --timezone Europe/London --currency GBP --lead-time 14
            """)

    @Argument(help: ArgumentHelp("The new folder.", valueName: "dir")) var folder: String
    @Option(help: ArgumentHelp("IANA name of the shop's time zone.", valueName: "zone")) var timezone: String?
    @Option(help: ArgumentHelp("Currency of the shop's totals, ISO 4217.", valueName: "code")) var currency: String?
    @Option(help: ArgumentHelp("The place that serves orders which name none (main).", valueName: "name")) var place:
        String?
    @Option(
        help: ArgumentHelp(
            "Days from order to shelf where a supplier's are not known; such orders are marked assumed and never automatic. \"none\" for none.",
            valueName: "days"))
    var leadTime: String?
    @Option(help: ArgumentHelp("Share the shop with a Unix group.", valueName: "group")) var group: String?

    @Option(
        help: ArgumentHelp(
            "Let the shop's clock stand still at this moment: for drills and samples.", valueName: "time"))
    var at: String?

    func run() throws {
        let moment = try at.map { text in
            guard let moment = Instant(iso8601: text) else {
                throw EngineError(.usage, "--at must be a time with its offset, as 2011-10-03T08:00:00+01:00")
            }
            return moment
        }
        let zone = try answer(timezone, "Time zone (Europe/London): ", standard: "Europe/London", option: "--timezone")
        let code = try answer(currency, "Currency (GBP): ", standard: "GBP", option: "--currency")
        let isAsking = timezone == nil || currency == nil
        let name =
            try place
            ?? (isAsking ? answer(nil, "Where is the stock? (main): ", standard: "main", option: "--place") : "main")
        let days =
            try leadTime
            ?? (isAsking
                ? answer(
                    nil, "Days from order to shelf where a supplier's are not known (14, none): ", standard: "14",
                    option: "--lead-time")
                : "none")
        guard let place = PlaceName(name) else {
            throw EngineError(.usage, "'\(name.printable)' is no name of a place")
        }
        guard let money = Currency(code.uppercased()) else {
            throw EngineError(.usage, "'\(code.printable)' is no currency; three letters such as GBP")
        }
        let lead = days == "none" ? nil : Double(days)
        if days != "none", lead.map({ !(0...730).contains($0) }) ?? true {
            throw EngineError(.usage, "'\(days.printable)' is no number of days from 0 to 730")
        }
        do {
            let shop = try ShopFolder.create(
                folder, zone: try Zone(identifier: zone), currency: money, place: place, leadTimeDays: lead,
                group: group)
            let engine = try Engine(shop)
            if let moment { try engine.facts.setClock(.fixed(moment)) }
        } catch let error as ZoneError {
            throw EngineError(.usage, "\(error)")
        }
        print("made a shop in \(folder)")
        print("next: penstock import --shop \(folder) FILE…, then penstock coverage --shop \(folder)")
    }

    private func answer(_ given: String?, _ question: String, standard: String, option: String) throws -> String {
        if let given { return given }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
            throw EngineError(.usage, "\(option) is missing, and nobody can be asked: this is no terminal")
        }
        var bytes = Array(question.utf8)
        _ = write(STDERR_FILENO, &bytes, bytes.count)
        guard let line = readLine() else { throw EngineError(.usage, "no answer; give \(option)") }
        let text = String(line.trimmed)
        return text.isEmpty ? standard : text
    }
}
