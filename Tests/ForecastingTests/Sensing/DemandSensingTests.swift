import Forecasting
import Numerics
import Testing

@Suite("Demand sensing")
struct DemandSensingTests {
    @Test("surges that visits precede by two days are announced, early, and the multiplier helps")
    func found() throws {
        let world = SensedWorld({ _ in .buyers }, series: 60, days: 400, seed: 5)
        let sensing = try DemandSensing(demand: world.demand, indicators: [world.visits], days: 400)
        #expect(sensing.isOn.count { $0 } >= 54)
        #expect(try #require(sensing.warnings.recall) >= 0.8)
        #expect(sensing.warnings.surges >= 60)
        #expect(try #require(sensing.warnings.medianHours) >= 24)
        let skill = sensing.skill
        #expect(try #require(skill.wapeWith) < 0.97 * #require(skill.wapeWithout))
        #expect(skill.pinballWith < 0.92 * skill.pinballWithout)
        // Switched on by what was known at the time, it helped too.
        #expect(try #require(sensing.skillInUse.wapeWith) < #require(sensing.skillInUse.wapeWithout))
        // Announcements that no made surge followed: no more than were promised, once a year.
        var empty = 0
        for (series, made) in sensing.announcements.enumerated() {
            for hour in made {
                let day = Int(hour / 24)
                if !world.surges[series].contains(where: { (day - 4...day + 7).contains($0) }) { empty += 1 }
            }
        }
        #expect(Double(empty) <= 60 * 200 / 365.25)
    }

    @Test("a surge of visits yesterday lifts the next days, less as they lie further ahead")
    func multiplier() throws {
        var world = SensedWorld({ _ in .buyers }, series: 40, days: 300, seed: 9)
        let usual = world.visits[293]
        world.visits[299] = usual * 3
        world.visits[298] = usual * 2.5
        let sensing = try DemandSensing(demand: world.demand, indicators: [world.visits], days: 300)
        #expect(sensing.isOn[0])
        let lifts = sensing.multipliers(0, horizon: 10)
        #expect(lifts.count == 10)
        #expect(lifts[0].multiplier > 1.3 && lifts[0].multiplier < 5)
        #expect(lifts[0].deviation > 0 && lifts[0].deviation < 0.5)
        #expect(lifts[6].multiplier < lifts[0].multiplier)
        #expect(lifts[7...].allSatisfy { $0 == .none })
    }

    @Test("visits that say nothing, or that advertisements make without a sale, are switched off")
    func switchedOff() throws {
        for (meaning, seed) in [(SensedWorld.Visits.nothing, 11), (.advertisements, 12), (.advertisements, 13)] {
            let world = SensedWorld({ _ in meaning }, series: 60, days: 400, seed: UInt64(seed))
            let sensing = try DemandSensing(demand: world.demand, indicators: [world.visits], days: 400)
            #expect(sensing.isOn.count { $0 } <= 3)
            for series in 0..<60 where !sensing.isOn[series] {
                #expect(sensing.multipliers(series, horizon: 7).allSatisfy { $0 == .none })
                #expect(sensing.announcements[series].isEmpty)
            }
        }
    }

    @Test("where half of the series are advertised in vain, the others keep theirs")
    func mixed() throws {
        let world = SensedWorld({ $0 % 2 == 0 ? .advertisements : .buyers }, series: 60, days: 400, seed: 5, mean: 12)
        let sensing = try DemandSensing(demand: world.demand, indicators: [world.visits], days: 400)
        let vain = (0..<60).count { $0 % 2 == 0 && sensing.isOn[$0] }
        let real = (0..<60).count { $0 % 2 == 1 && sensing.isOn[$0] }
        #expect(vain <= 4)
        #expect(real >= 20)
    }

    @Test("products that sell ten times as much in packs of ten are sensed as before")
    func scale() throws {
        let world = SensedWorld({ _ in .buyers }, series: 12, days: 300, seed: 21, mean: 400)
        let one = try DemandSensing(demand: world.demand, indicators: [world.visits], days: 300)
        let other = try DemandSensing(demand: world.demand.map { $0 * 10 }, indicators: [world.visits], days: 300)
        #expect(one.isOn.count { $0 } >= 8)
        #expect(zip(one.isOn, other.isOn).count { $0 == $1 } >= 10)
    }

    @Test("the order of series changes nothing of what is said of each")
    func order() throws {
        let world = SensedWorld({ _ in .buyers }, series: 10, days: 280, seed: 33)
        func turned(_ values: [Double]) -> [Double] {
            (0..<10).reversed().flatMap { values[$0 * 280..<($0 + 1) * 280] }
        }
        let one = try DemandSensing(demand: world.demand, indicators: [world.visits], days: 280)
        let other = try DemandSensing(
            demand: turned(world.demand), indicators: [turned(world.visits)], days: 280)
        for series in 0..<10 {
            let (left, right) = (one.skills[series], other.skills[9 - series])
            #expect(abs(left.errorWith - right.errorWith) <= 0.02 * left.errorWithout)
        }
    }

    @Test("short, empty and unobserved histories are off; arrays that do not fit are named")
    func badInput() throws {
        #expect(try DemandSensing(demand: [], indicators: [], days: 0).isOn.isEmpty)
        let short = try DemandSensing(
            demand: [Double](repeating: 3, count: 60), indicators: [[Double](repeating: 9, count: 60)], days: 30)
        #expect(short.isOn == [false, false])
        #expect(short.multipliers(7, horizon: 2) == [.none, .none])
        let unseen = [Double](repeating: .nan, count: 400)
        #expect(try DemandSensing(demand: unseen, indicators: [unseen], days: 200).isOn == [false, false])
        var hostile = [Double](repeating: -4, count: 400)
        for day in stride(from: 0, to: 400, by: 7) { hostile[day] = .infinity }
        for day in stride(from: 1, to: 400, by: 11) { hostile[day] = 1e15 }
        let borne = try DemandSensing(demand: hostile, indicators: [hostile, unseen], days: 200)
        #expect(borne.multipliers(0, horizon: 7).allSatisfy { $0.multiplier.isFinite && $0.multiplier > 0 })
        #expect(throws: ForecastingError.self) { try DemandSensing(demand: [1, 2, 3], indicators: [], days: 2) }
        #expect(throws: ForecastingError.self) { try DemandSensing(demand: [1, 2], indicators: [[1]], days: 2) }
    }
}

@Suite("Surge warnings")
struct SurgeWarningsTests {
    @Test("recall, hours and false alarms of a small case counted by hand")
    func byHand() throws {
        // Surges on days 20, 40 and 50; announced on the evenings of day 17 and 19 (one surge), 39 (a day), 45 (none: too
        // early for 50 by a reach of 3) and on the day itself, 50, which is late but not false.
        let warnings = SurgeWarnings(
            surges: [[20..<23, 40..<42, 50..<53]],
            announcements: [[24 * 18.0, 24 * 20, 24 * 40, 24 * 46, 24 * 51]], days: 10..<90, reach: 3)
        #expect(warnings.surges == 3)
        #expect(warnings.announced == 2)
        #expect(warnings.hours == [24, 72])
        #expect(warnings.medianHours == 48)
        #expect(warnings.falseAlarms == 1)
        #expect(abs(try #require(warnings.falseAlarmsPerMonth) - 365.25 / 12 / 80) < 1e-12)
    }

    @Test("with hourly visits a surge is announced hours before the day on which sales show it")
    func hourly() throws {
        var (surges, announcements): ([[Range<Int>]], [[Double]]) = ([], [])
        for seed in 0..<20 {
            var generator = SplitMix64(seed: UInt64(seed) &+ 900)
            var detector = SurgeDetector(cycles: [24, 168], periodsPerFalseAlarm: 24 * 365)
            var made: [Double] = []
            // Visits treble at noon of day 40, demand rises on day 41 at midnight.
            for hour in 0..<24 * 60 {
                let usual = 5 * (0.5 + Double(hour % 24) / 24)
                let mean = usual * ((24 * 40 + 12..<24 * 42).contains(hour) ? 3 : 1)
                let reading = detector.take(Double(generator.poisson(mean: mean) ?? 0))
                if reading.isOnset { made.append(Double(hour + 1)) }
            }
            announcements.append(made)
            surges.append([41..<43])
        }
        let warnings = SurgeWarnings(surges: surges, announcements: announcements, days: 30..<60, reach: 3)
        #expect(try #require(warnings.recall) >= 0.95)
        #expect(try #require(warnings.medianHours) >= 30)
        #expect(try #require(warnings.medianHours) <= 36)
        #expect(warnings.falseAlarms <= 2)
    }

    @Test("nothing to announce has no recall, and no time no rate")
    func nothing() {
        let warnings = SurgeWarnings(surges: [], announcements: [], days: 0..<0)
        #expect(warnings.recall == nil && warnings.medianHours == nil && warnings.falseAlarmsPerMonth == nil)
    }
}

@Suite("Demand surges")
struct DemandSurgesTests {
    @Test("three days of thrice the demand are a surge; one wild day and stationary demand are none, hardly ever")
    func found() {
        var (chance, seen) = (0, 0)
        for seed in 0..<30 {
            var generator = SplitMix64(seed: UInt64(seed))
            var units = (0..<365).map { day in
                Double(generator.negativeBinomial(mean: 8, variance: 14) ?? 0)
            }
            chance += DemandSurges(demand: units).runs.count
            for day in 200..<203 { units[day] = 25 }
            units[300] = 500
            let runs = DemandSurges(demand: units).runs
            if runs.contains(where: { $0.lowerBound == 200 || $0.lowerBound == 199 }) { seen += 1 }
            #expect(!runs.contains { $0.contains(300) && $0.count == 1 })
        }
        #expect(seen >= 28)
        #expect(chance <= 15)
    }
}
