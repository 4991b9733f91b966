import Actions
import Domain
import FoundationEssentials
import Testing

@Suite struct PolicyTests {
    private let gbp = Shop.gbp

    @Test(arguments: ["GBP", "JPY", "KWD"])
    func theTemplateReadsAsTheDefaults(code: String) throws {
        let currency = try #require(Currency(code))
        #expect(try Policy(Policy.template(currency: currency), currency: currency) == Policy(currency: currency))
    }

    @Test func anEmptyPolicyAsksForEverythingWithinConservativeLimits() throws {
        let rules = try Policy("", currency: gbp)[.reorder]
        #expect(rules.mode == .ask)
        #expect(rules.graceMinutes == 5 && rules.validHours == 48 && rules.rejectedDays == 14)
        #expect(rules.maxCountAgeHours == 72)
        #expect(rules.tolerance.onHand == 0.2 && rules.tolerance.demand == 0.2)
        #expect(rules.tolerance.cost == 0 && rules.tolerance.leadTime == 0)
        #expect(rules.limits.order > 0 && rules.limits.order <= rules.limits.supplierDay)
        #expect(rules.limits.supplierDay <= rules.limits.day)
    }

    @Test func everyKeyIsReadAndAmountsAreExact() throws {
        let policy = try Policy(
            """
            [reorder]
            mode = "auto"
            max_order_value = 1234.56
            max_supplier_day_value = 2_000
            max_day_value = 3000.5
            max_line_units = 17
            grace_minutes = 0
            valid_hours = 12
            rejected_days = 3
            max_count_age_hours = 6
            cover_days = 10
            tolerance.on_hand = 0.5
            tolerance.cost = 1
            tolerance.on_order = 0.3
            tolerance.committed = 0.4
            [service]
            default = 0.9
            A = 0.98
            [roles]
            approvers = ["mira", "tom"]
            four_eyes_above = 500
            """, currency: gbp)
        let rules = policy[.reorder]
        #expect(rules.mode == .auto)
        #expect(rules.limits.order == 123_456 && rules.limits.supplierDay == 200_000 && rules.limits.day == 300_050)
        #expect(rules.maxLineUnits == 17 && rules.graceMinutes == 0 && rules.validHours == 12)
        #expect(rules.rejectedDays == 3 && rules.maxCountAgeHours == 6 && rules.coverDays == 10)
        #expect(rules.tolerance.onHand == 0.5 && rules.tolerance.cost == 1 && rules.tolerance.demand == 0.2)
        #expect(rules.tolerance.onOrder == 0.3 && rules.tolerance.committed == 0.4)
        #expect(policy.service.level(of: "A") == 0.98)
        #expect(policy.service.level(of: "B") == 0.9 && policy.service.level(of: nil) == 0.9)
        #expect(policy.mayDecide("tom") && !policy.mayDecide("eve"))
        #expect(policy.fourEyesAbove == 50_000)
    }

    @Test func limitsOfAnotherCurrencyAreInItsOwnMinorUnits() throws {
        let policy = try Policy(
            "[reorder]\n[reorder.currency.EUR]\nmax_order_value = 11000\nmax_day_value = 12000.5\n"
                + "[reorder.currency.JPY]\nmax_supplier_day_value = 300", currency: gbp)
        func limits(_ code: String) throws -> Policy.Limits? {
            let currency = try #require(Currency(code))
            return policy.limits(of: .reorder, in: currency)
        }
        let eur = try #require(try limits("EUR"))
        #expect(eur.order == 11_000_00 && eur.day == 12_000_50 && eur.supplierDay == 20_000_00)
        let jpy = try #require(try limits("JPY"))
        #expect(jpy.supplierDay == 300 && jpy.order == 10_000)
        #expect(try limits("USD") == nil)
        #expect(try limits("GBP") == policy.reorder.limits)
    }

    @Test(arguments: [
        ("[reorder]\nmode = \"automatic\"", 2, "reorder.mode"),
        ("[reorder]\nmode = true", 2, "reorder.mode"),
        ("\n\n[reorder]\nmax_order_value = -1", 4, "reorder.max_order_value"),
        ("[reorder]\nmax_order_value = 1.234", 2, "reorder.max_order_value"),
        ("[reorder]\nmax_order_value = \"10\"", 2, "reorder.max_order_value"),
        ("[reorder]\nmax_order_value = nan", 2, "reorder.max_order_value"),
        ("[reorder]\ngrace_minutes = 2.5", 2, "reorder.grace_minutes"),
        ("[reorder]\ngrace_minutes = -1", 2, "reorder.grace_minutes"),
        ("[reorder]\nmode = \"ask\"\nmax_ordre_value = 5", 3, "reorder.max_ordre_value"),
        ("[reorder]\ntolerance = { demand = -0.1 }", 2, "reorder.tolerance.demand"),
        ("[reorder.tolerance]\n# stock\nprice = 1", 3, "reorder.tolerance.price"),
        ("[reorder.currency.EUR]\nmax_order_value = -1", 2, "reorder.currency.EUR.max_order_value"),
        ("[reorder.currency.EUR]\nmax_line_units = 1", 2, "reorder.currency.EUR.max_line_units"),
        ("[reorder.currency.GBP]\nmax_order_value = 1", 1, "reorder.currency.GBP"),
        ("[reorder.currency.EURO]\nmax_order_value = 1", 1, "reorder.currency.EURO"),
        ("[reorder]\ncurrency = \"EUR\"", 2, "reorder.currency"),
        ("[service]\nA = 1.5", 2, "service.A"),
        ("[service]\ndefault = nan", 2, "service.default"),
        ("[roles]\napprovers = \"mira\"", 2, "roles.approvers"),
        ("[roles]\napprovers = [\"mira\", 3]", 2, "roles.approvers"),
        ("reorder = 5", 1, "reorder"),
        ("[reorders]\nmode = \"ask\"", 1, "reorders"),
    ])
    func aMistakeIsNamedWithItsLine(text: String, line: Int, key: String) throws {
        let error = try failure { try Policy(text, currency: gbp) }
        #expect(error.code == .settings)
        #expect(error.description.hasPrefix("policy.toml, line \(line): \(key) "), "\(error)")
        #expect(!error.message.contains("line "))
    }

    @Test func whatIsNotTOMLIsNamedWithItsLine() throws {
        let error = try failure { try Policy("[reorder]\nmode = \"ask\"\ngrace = = 1\n", currency: gbp) }
        #expect(error.place == "policy.toml, line 3")
        #expect(!error.description.contains("\n"))
    }

    @Test func allMistakesAreNamedAtOnce() throws {
        let error = try failure { try Policy("[roles]\nx = 1\n[reorder]\nmode = 1\n", currency: gbp) }
        #expect(
            error.description.hasPrefix("policy.toml, line 2: roles.x is not known here; line 4: reorder.mode must"))
        #expect(!error.description.contains("\n"))
    }

    @Test func aBadFileLeavesTheLastValidPolicyInForce() throws {
        let shop = try Shop()
        let path = "\(shop.folder)/policy.toml"
        let keeper = PolicyKeeper(decisions: shop.decisions, currency: gbp)
        func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }
        func load() throws -> PolicyKeeper.InForce { try keeper.inForce(path: path, now: Shop.start, actor: "mira") }

        let none = try load()
        #expect(none.policy == Policy(currency: gbp) && none.complaint == nil)
        try write("[reorder]\nmode = \"oops\"")
        let never = try load()
        #expect(never.policy == Policy(currency: gbp) && never.complaint?.code == .settings)
        try write("[reorder]\nmode = \"auto\"")
        let good = try load()
        #expect(good.policy[.reorder].mode == .auto && good.complaint == nil)
        try write("[reorder]\nmode = \"off\"\nmistake = 1")
        let bad = try load()
        #expect(bad.policy == good.policy)
        #expect(
            bad.complaint?.description
                == "policy.toml, line 3: reorder.mistake is not known here; the last valid policy stays in force")
        try FileManager.default.removeItem(atPath: path)
        try shop.reopen()
        let gone = try PolicyKeeper(decisions: shop.decisions, currency: gbp).inForce(
            path: path, now: Shop.start, actor: "mira")
        #expect(gone.policy == good.policy && gone.complaint != nil)
    }

    @Test func aPolicyThatSaysNothingNewIsNotStoredAgain() throws {
        let shop = try Shop()
        let path = "\(shop.folder)/policy.toml"
        try Data(Policy.template(currency: gbp).utf8).write(to: URL(filePath: path))
        let keeper = PolicyKeeper(decisions: shop.decisions, currency: gbp)
        _ = try keeper.inForce(path: path, now: Shop.start, actor: "mira")
        let before = try shop.content()
        _ = try keeper.inForce(path: path, now: Shop.start.hours(1), actor: "tom")
        #expect(try shop.content() == before)
    }

    @Test func ordersGoToTheProgramThatTheSettingsName() throws {
        #expect(try ExecutorSettings("timezone = \"Europe/London\"") == .file)
        #expect(try ExecutorSettings("[executor.reorder]\nkind = \"file\"") == .file)
        let settings = try ExecutorSettings(
            """
            [sources.erp]
            anything = 1
            [executor.reorder]
            kind = "command"
            program = "/bin/true"
            arguments = ["{key}"]
            look_up = ["--status", "{key}"]
            timeout_seconds = 5
            """)
        #expect(
            settings
                == .command(
                    .init(program: "/bin/true", arguments: ["{key}"], lookUp: ["--status", "{key}"], timeoutSeconds: 5))
        )
    }

    @Test(arguments: [
        ("[executor.reorder]\nkind = \"mail\"", 2), ("[executor.reorder]\nkind = \"command\"\nprogram = \"send\"", 3),
        ("[executor.reorder]\nkind = \"file\"\nprogramm = \"/x\"", 3), ("[executor]\ntransfer = 1", 2),
    ])
    func aMistakeAboutProgramsIsNamedWithItsLine(text: String, line: Int) throws {
        #expect(try failure { try ExecutorSettings(text) }.place == "penstock.toml, line \(line)")
    }
}
