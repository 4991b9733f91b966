// swift-tools-version: 6.2
import PackageDescription

// One target per room of the house; the compiler keeps the walls. What a room may import is the
// whole of its `dependencies` line.

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "penstock",
    products: [
        .library(name: "PenstockEngine", targets: ["Engine"]),
        .executable(name: "penstock", targets: ["penstock"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // MARK: The words, the arithmetic and the bytes
        .target(name: "Domain"),
        .target(name: "Numerics"),
        .target(name: "Formats", dependencies: ["Domain"]),

        // MARK: The models: pure functions over plain arrays
        .target(name: "Forecasting", dependencies: ["Numerics"]),
        .target(name: "Inventory", dependencies: ["Numerics", "Domain"]),

        // MARK: The shell
        .target(name: "Store", dependencies: ["Domain", grdb, sqlite]),
        .target(name: "Config", dependencies: [toml]),
        .target(name: "Processes"),
        .target(name: "Intake", dependencies: ["Config", "Domain", "Formats", "Processes", "Store", crypto]),
        .target(name: "Actions", dependencies: ["Config", "Domain", "Store", crypto]),
        .target(name: "Executors", dependencies: ["Domain", "Formats", "Actions", "Processes"]),
        .target(
            name: "Engine",
            dependencies: [
                "Config", "Domain", "Numerics", "Formats", "Forecasting", "Inventory", "Store", "Intake", "Actions",
                "Executors",
            ], resources: [.embedInCode("Metrics/metrics.toml")]),

        // MARK: The terminal
        .target(
            name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .target(name: "Terminal", dependencies: ["CNcurses", "Config"], resources: [.embedInCode("Themes")]),

        .target(name: "Cockpit", dependencies: ["Engine", "Domain", "Terminal"]),

        // MARK: Programs
        .executableTarget(
            name: "penstock",
            dependencies: [
                "Engine", "Domain", "Executors", "Formats", "Intake", "Store", "Cockpit", "Terminal", arguments,
            ]),
        .executableTarget(
            name: "penstock-bench",
            dependencies: ["Domain", "Numerics", "Formats", "Forecasting", "Inventory", "Engine", arguments]),

        // MARK: Tests
        .target(
            name: "TestSupport", dependencies: ["Domain", "Formats", "Store", "Intake", "Engine"],
            path: "Tests/TestSupport"),
        .testTarget(name: "DomainTests", dependencies: ["Domain", "Numerics", "TestSupport"]),
        .testTarget(name: "FormatsTests", dependencies: ["Formats", "Domain"]),
        .testTarget(name: "NumericsTests", dependencies: ["Numerics"]),
        .testTarget(name: "ForecastingTests", dependencies: ["Forecasting", "Numerics"]),
        .testTarget(name: "InventoryTests", dependencies: ["Inventory", "Numerics", "Domain"]),
        .testTarget(name: "ConfigTests", dependencies: ["Config"]),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", "Domain", "Numerics", "Formats", "Intake", "TestSupport", grdb]),
        .testTarget(
            name: "IntakeTests",
            dependencies: [
                "Intake", "Config", "Engine", "Store", "Formats", "Domain", "Numerics", "TestSupport", grdb,
            ]),
        .testTarget(name: "ActionsTests", dependencies: ["Actions", "Store", "Domain", grdb]),
        .testTarget(name: "ExecutorsTests", dependencies: ["Executors", "Actions", "Processes", "Store", "Domain"]),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Engine", "Actions", "Store", "Formats", "Forecasting", "Domain", "Numerics", "TestSupport", grdb,
            ]),
        // The program itself, run as a process: the dependency has it built.
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "penstock", "Engine", "Actions", "Formats", "Store", "Domain", "Numerics", "TestSupport", grdb,
            ]),
        .executableTarget(name: "terminal-probe", dependencies: ["Terminal"], path: "Tests/TerminalProbe"),
        .target(name: "CPty", path: "Tests/CPty"),
        .target(name: "TerminalSupport", dependencies: ["Terminal", "CPty"], path: "Tests/TerminalSupport"),
        .testTarget(
            name: "TerminalTests",
            dependencies: ["Terminal", "TerminalSupport", "CNcurses", "Config", "terminal-probe"]),
        .testTarget(
            name: "CockpitTests",
            dependencies: [
                "Cockpit", "Engine", "Store", "Actions", "Domain", "Terminal", "TerminalSupport", "TestSupport",
                "penstock",
            ],
            exclude: ["Goldens"]),
        .testTarget(
            name: "BenchTests",
            dependencies: ["penstock-bench", "Engine", "Formats", "Domain"]),
    ]
)

for target in package.targets where !["CNcurses", "CPty"].contains(target.name) {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}
