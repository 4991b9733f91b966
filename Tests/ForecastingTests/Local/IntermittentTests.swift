import Testing

@testable import Forecasting

/// Expected values: statsforecast 2.1.1 and tsintermittent 1.10 (`init = "naive"`), which agree to 1e-9.
@Suite("Intermittent demand")
struct IntermittentTests {
    static let y1: [Double] = [2, 5, 0, 1, 3, 0, 1, 1, 0]
    static let y2: [Double] = [0, 0, 1, 0, 0, 7, 1, 0, 1]
    static let y3: [Double] = [0, 0, 1, 0, 0, 7, 1, 0, 0]
    static let y5: [Double] = [1, 0, 0, 2, 0, 3, 0, 0, 4, 0, 5]

    @Test(
        "Croston and its corrections agree with published values",
        arguments: [
            (y1, 1.73267692837, 1.64604308195, 1.64148340582), (y2, 0.546323529412, 0.519007352941, 0.517569659443),
            (y3, 0.55, 0.5225, 0.521052631579), (y5, 1.26420228298, 1.20099216883, 1.19766532072),
        ])
    func croston(units: [Double], plain: Double, sba: Double, sbj: Double) throws {
        #expect(abs(try #require(Intermittent.croston(units)).rate - plain) < 1e-9)
        #expect(abs(try #require(Intermittent.croston(units, correction: .syntetosBoylan)).rate - sba) < 1e-9)
        #expect(abs(try #require(Intermittent.croston(units, correction: .shaleBoylanJohnston)).rate - sbj) < 1e-9)
    }

    @Test(
        "TSB agrees with published values",
        arguments: [
            (y1, 0.788173469883, 1.7537480344), (y2, 0.3236244814, 0.25967604), (y3, 0.318847914, 0.1921124506),
            (y5, 3.11206415335, 1.4619495092),
        ])
    func tsb(units: [Double], fast: Double, slow: Double) throws {
        let quick = try #require(Intermittent.teunterSyntetosBabai(units, size: 0.9, chance: 0.1))
        let calm = try #require(Intermittent.teunterSyntetosBabai(units, size: 0.1, chance: 0.05))
        #expect(abs(quick.rate - fast) < 1e-9)
        #expect(abs(calm.rate - slow) < 1e-9)
    }

    @Test("Croston's fitted values agree with published ones")
    func fitted() throws {
        let expected: [Double?] = [nil, 2, 2.3, 2.3, 1.972727, 2.066972, 2.066972, 1.801609, 1.732677]
        let fitted = try #require(Intermittent.croston(Self.y1)).fitted
        let longer: [Double?] = [
            nil, 1, 1, 1, 0.916667, 0.916667, 1.007812, 1.007812, 1.007812, 1.075069, 1.075069,
        ]
        for (actual, wanted) in [(fitted, expected), (try #require(Intermittent.croston(Self.y5)).fitted, longer)] {
            #expect(actual.count == wanted.count)
            for (left, right) in zip(actual, wanted) {
                #expect((left == nil) == (right == nil))
                if let left, let right { #expect(abs(left - right) < 1e-6) }
            }
        }
    }

    @Test("each fitted value is the forecast made from the periods before", arguments: [y1, y2, y3, y5])
    func causal(units: [Double]) throws {
        let croston = try #require(Intermittent.croston(units)).fitted
        let tsb = try #require(Intermittent.teunterSyntetosBabai(units, size: 0.2, chance: 0.1)).fitted
        for t in units.indices {
            #expect(croston[t] == Intermittent.croston(Array(units[..<t]))?.rate)
            #expect(tsb[t] == Intermittent.teunterSyntetosBabai(Array(units[..<t]), size: 0.2, chance: 0.1)?.rate)
        }
    }

    @Test("a series without demand, with nonsense in it, or with a nonsense gain has no answer")
    func refused() {
        for bad in [[], [0, 0], [.nan], [1, -1], [.infinity]] as [[Double]] {
            #expect(Intermittent.croston(bad) == nil)
            #expect(Intermittent.teunterSyntetosBabai(bad, size: 0.1, chance: 0.1) == nil)
        }
        #expect(Intermittent.croston([1], smoothing: .nan) == nil)
        #expect(Intermittent.teunterSyntetosBabai([1], size: 2, chance: 0.1) == nil)
    }

    @Test(
        "optimised Croston, ADIDA and IMAPA agree with statsforecast 2.1.1",
        arguments: [
            (y1, 1.6290713236, 1.52696187, 1.52696187), (y2, 0.651754386, 0.7745, 0.7913324118),
            (y3, 0.5923076923, 0.7245, 0.68447205), (y5, 1.5567830953, 1.4934, 1.4694424101),
        ])
    func aggregated(units: [Double], optimised: Double, adida: Double, imapa: Double) throws {
        #expect(abs(try #require(Intermittent.optimisedCroston(units)).rate - optimised) < 1e-5)
        #expect(abs(try #require(Intermittent.adida(units)).rate - adida) < 1e-5)
        #expect(abs(try #require(Intermittent.imapa(units)).rate - imapa) < 1e-5)
    }

    @Test("periods that were not observed change nothing", arguments: [y1, y2, y3, y5])
    func unobserved(units: [Double]) throws {
        let gappy = [.nan] + units.flatMap { [$0, .nan] }
        #expect(Intermittent.croston(gappy)?.rate == Intermittent.croston(units)?.rate)
        #expect(Intermittent.optimisedCroston(gappy)?.rate == Intermittent.optimisedCroston(units)?.rate)
        #expect(Intermittent.adida(gappy)?.rate == Intermittent.adida(units)?.rate)
        #expect(Intermittent.imapa(gappy)?.rate == Intermittent.imapa(units)?.rate)
        #expect(
            Intermittent.teunterSyntetosBabai(gappy, size: 0.2, chance: 0.1)?.rate
                == Intermittent.teunterSyntetosBabai(units, size: 0.2, chance: 0.1)?.rate)
    }

    @Test("ten times the demand is ten times the forecast", arguments: [y1, y2, y3, y5])
    func scaled(units: [Double]) throws {
        let larger = units.map { $0 * 10 }
        for method in [Intermittent.imapa, Intermittent.adida, Intermittent.optimisedCroston] {
            #expect(abs(try #require(method(larger)).rate - 10 * (try #require(method(units)).rate)) < 1e-9)
        }
    }

    @Test("the class of y5 is intermittent: every 2.2 periods, CV² 0.28")
    func classes() {
        #expect(DemandClass(of: Self.y5) == .intermittent)
        #expect(DemandClass(of: [3, 4, 3, 5, 4]) == .smooth)
        #expect(DemandClass(of: [1, 1, 20, 1, 1]) == .erratic)
        #expect(DemandClass(of: [0, 1, 0, 0, 9, 0, 1]) == .lumpy)
        #expect(DemandClass(of: [0, 0]) == DemandClass.none)
    }
}
