import ArgumentParser
struct ForecastCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "forecast") }
struct PlanCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "plan") }
