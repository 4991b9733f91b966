import ArgumentParser

/// What the project measures itself with, and makes its sample with.
@main struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "penstock-bench", abstract: "Benchmarks of Penstock, and the generator of its sample shop.",
        subcommands: [
            ImportBenchmark.self, StartBenchmark.self, KillBenchmark.self, CockpitBenchmark.self, IntakeBenchmark.self,
            MetricsBenchmark.self, PaintBenchmark.self, CrashBenchmark.self,
            LiveBenchmark.self, NewDayBenchmark.self, M5Benchmark.self, SeriesBenchmark.self, CensoredBenchmark.self,
            DriversBenchmark.self, ReplayBenchmark.self, StreamCommand.self, SampleCommand.self,
        ])
}
