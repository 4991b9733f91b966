import Config
import Intake
import Testing

/// `[[source]]` in `penstock.toml`: what it means, and what is said of mistakes.
@Suite struct FeedSettingsTests {
    private func read(_ text: String) throws -> [FeedSettings] { try IntakeSettings(text, file: "penstock.toml").feeds }

    @Test func `every kind is read with its defaults`() throws {
        let feeds = try read(
            """
            [[source]]
            name = "drop"
            kind = "folder"
            path = "in"

            [[source]]
            name = "till"
            kind = "file"
            path = "/var/log/till.csv"
            as = "till-lines"
            system = "pos"
            every = "500 ms"
            promise = "15 min"
            provisional = "1 h"
            max_quarantine_share = 0.2

            [[source]]
            name = "api"
            kind = "command"
            program = "/usr/bin/curl"
            arguments = ["-sS", "https://example.invalid/stock"]
            timeout_seconds = 2.5
            mapping = "api"
            every = "5 min"

            [[source]]
            name = "pipe"
            kind = "stdin"
            as = "json"
            """)
        #expect(feeds.map(\.name) == ["drop", "till", "api", "pipe"])
        #expect(feeds[0].origin == .folder(path: "in") && feeds[0].reading == .recognised)
        #expect(feeds[0].every == .seconds(60) && feeds[0].promise == nil && feeds[0].maxQuarantineShare == 0.05)
        #expect(feeds[0].keepDone == .seconds(7 * 86_400) && feeds[0].provisional == .seconds(72 * 3600))
        #expect(feeds[1].origin == .file(path: "/var/log/till.csv") && feeds[1].reading == .layout("till-lines"))
        #expect(feeds[1].system == "pos" && feeds[1].every == .milliseconds(500) && feeds[1].promise == .seconds(900))
        #expect(feeds[1].provisional == .seconds(3600) && feeds[1].maxQuarantineShare == 0.2)
        #expect(
            feeds[2].origin
                == .command(
                    program: "/usr/bin/curl", arguments: ["-sS", "https://example.invalid/stock"],
                    limit: .milliseconds(2500)))
        #expect(feeds[2].reading == .mapping("api") && feeds[3].origin == .standardInput)
    }

    @Test(arguments: [
        ("kind = \"folder\"\npath = \"in\"", 1, "needs a name"),
        ("name = \"a/b\"\nkind = \"folder\"\npath = \"in\"", 2, "letters, digits"),
        ("name = \"a\"\nkind = \"ftp\"", 3, "\"folder\", \"file\", \"command\" or \"stdin\""),
        ("name = \"a\"", 1, "kind must be"),
        ("name = \"a\"\nkind = \"folder\"", 1, "needs a path"),
        ("name = \"a\"\nkind = \"command\"", 1, "needs a program"),
        ("name = \"a\"\nkind = \"folder\"\npath = \"in\"\nevery = \"60\"", 5, "with its unit"),
        ("name = \"a\"\nkind = \"folder\"\npath = \"in\"\nevery = \"0 s\"", 5, "above 0"),
        ("name = \"a\"\nkind = \"folder\"\npath = \"in\"\npromise = 15", 5, "text in quotes"),
        ("name = \"a\"\nkind = \"folder\"\npath = \"in\"\npromise = \"5 s\"", 5, "shorter than every"),
        ("name = \"a\"\nkind = \"folder\"\npath = \"in\"\nas = \"nonsense\"", 5, "no layout is called 'nonsense'"),
        ("name = \"a\"\nkind = \"folder\"\npath = \"in\"\nas = \"counts\"\nmapping = \"m\"", 6, "exclude each other"),
        ("name = \"a\"\nkind = \"folder\"\npath = \"in\"\npromised = \"1 h\"", 5, "'promised' means nothing here"),
        (
            "name = \"a\"\nkind = \"file\"\npath = \"x.csv\"\nkeep_done = \"1 d\"\nas = \"counts\"", 5,
            "means nothing here"
        ),
        ("name = \"a\"\nkind = \"file\"\npath = \"x.csv\"", 3, "as = LAYOUT or mapping = NAME"),
        (
            "name = \"a\"\nkind = \"file\"\npath = \"x.csv.gz\"\nas = \"counts\"", 4,
            "compressed file cannot be followed"
        ),
        ("name = \"a\"\nkind = \"file\"\npath = \"x\"\nas = \"x12\"", 5, "does not come line by line"),
        ("name = \"a\"\nkind = \"folder\"\npath = \"in\"\nmax_quarantine_share = 5", 5, "between 0 and 1"),
        ("name = \"a\"\nkind = \"command\"\nprogram = \"x\"\ntimeout_seconds = 0", 5, "between 0.05 and 86400"),
    ])
    func `a mistake is told with its line`(_ text: String, _ line: Int, _ words: String) throws {
        let error = try #require(throws: ConfigError.self) { try read("[[source]]\n\(text)\n") }
        #expect(error.line == line, "\(error)")
        #expect(error.message.contains(words), "\(error)")
    }

    @Test func `names are unique, and standard input is there once`() throws {
        let one = "[[source]]\nname = \"a\"\nkind = \"stdin\"\nas = \"json\"\n"
        let same = try #require(throws: ConfigError.self) { try read(one + one) }
        #expect(same.line == 6 && same.message.contains("called 'a'"))
        let two = try #require(throws: ConfigError.self) { try read(one + one.replacing("\"a\"", with: "\"b\"")) }
        #expect(two.line == 7 && two.message.contains("only one source"))
    }
}
