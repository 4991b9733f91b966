import Numerics
import Testing

@testable import Inventory

@Suite("Stock between places")
struct PlacesTests {
    static func place(_ available: Int64, keeps: Int64 = 0, mean: Double) throws -> Transfer.Place {
        Transfer.Place(available: available, keeps: keeps, reward: try reward(mean))
    }

    /// Every number of units moved one way or the other.
    @Test("between two places the move is the best there is", arguments: [0.0, 4, 30], [0.0, 0.5])
    func two(fixed: Double, unit: Double) throws {
        for (a, b) in [(Int64(20), Int64(0)), (3, 15), (6, 5), (0, 0), (-2, 9)] {
            let places = [try Self.place(a, keeps: 2, mean: 6), try Self.place(b, keeps: 2, mean: 4)]
            let lanes = [
                Transfer.Lane(from: 0, to: 1, fixedCost: fixed, unitCost: unit),
                Transfer.Lane(from: 1, to: 0, fixedCost: fixed, unitCost: unit),
            ]
            let moves = Transfer.plan(places, lanes: lanes)
            var best = 0.0
            for lane in lanes {
                let (from, to) = (places[lane.from], places[lane.to])
                guard from.available > 2 else { continue }
                for units in Int64(1)...(from.available - 2) {
                    let gain =
                        to.reward.value(from: to.available, to: to.available + units)
                        + from.reward.value(from: from.available, to: from.available - units)
                    best = max(best, gain - fixed - unit * Double(units))
                }
            }
            #expect(abs(moves.reduce(0) { $0 + $1.net } - best) < 1e-6)
        }
    }

    @Test("no place falls below what it keeps, every trip pays, and asking again gives none", arguments: 0..<10)
    func many(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var places = try (0..<5).map { _ in
            try Self.place(Int64(random.uniform() * 40) - 3, keeps: 5, mean: 1 + 15 * random.uniform())
        }
        var lanes = [
            Transfer.Lane(from: 0, to: 9), Transfer.Lane(from: 1, to: 1),
            Transfer.Lane(from: 0, to: 1, fixedCost: .nan),
        ]
        for from in 0..<5 {
            for to in 0..<5 where from != to {
                lanes.append(
                    Transfer.Lane(from: from, to: to, fixedCost: 12 * random.uniform(), unitCost: random.uniform()))
            }
        }
        let before = places.map(\.available)
        let moves = Transfer.plan(places, lanes: lanes, pack: 2)
        for move in moves {
            #expect(move.net > 0 && move.units % 2 == 0 && move.lane > 2)
            places[lanes[move.lane].from].available -= move.units
            places[lanes[move.lane].to].available += move.units
        }
        for (index, place) in places.enumerated() where place.available < before[index] {
            #expect(place.available >= 5)
        }
        #expect(places.reduce(0) { $0 + $1.available } == before.reduce(0, +))
        #expect(Transfer.plan(places, lanes: lanes, pack: 2).isEmpty)
        #expect(Transfer.plan(places, lanes: lanes, pack: 0).isEmpty)
    }

    /// Pack by pack to whoever runs out first.
    @Test("fair shares are those of handing out pack by pack", arguments: 0..<20)
    func fairShare(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let claims = (0..<6).map { _ in
            Allocation.Claim(
                position: Int64(random.uniform() * 30) - 8, rate: random.uniform() < 0.2 ? 0 : 5 * random.uniform(),
                most: Int64(random.uniform() * 60))
        }
        var last = [Int64](repeating: 0, count: 6)
        for supply in Int64(0)...150 {
            let shares = Allocation.fairShare(of: supply, claims: claims, pack: 3)
            var slow = [Int64](repeating: 0, count: 6)
            for _ in 0..<(supply / 3) {
                let open = (0..<6).filter {
                    slow[$0] + 3 <= claims[$0].most && (claims[$0].rate > 0 || claims[$0].position + slow[$0] < 0)
                }
                func end(_ index: Int) -> Double {
                    let units = Double(claims[index].position + slow[index])
                    return claims[index].rate > 0 ? units / claims[index].rate : -1e300
                }
                guard let first = open.min(by: { end($0) < end($1) }) else { break }
                slow[first] += 3
            }
            #expect(shares == slow)
            #expect(zip(last, shares).allSatisfy { $0 <= $1 })
            last = shares
        }
    }

    @Test("large supplies are shared at once, in proportion")
    func large() {
        let claims = [
            Allocation.Claim(position: 0, rate: 1, most: .max), Allocation.Claim(position: 0, rate: 3, most: .max),
        ]
        #expect(Allocation.fairShare(of: 4_000_000_000_000, claims: claims) == [1_000_000_000_000, 3_000_000_000_000])
        #expect(Allocation.fairShare(of: .max, claims: claims).reduce(0) { $0.clampedPlus($1) } <= .max)
        #expect(Allocation.fairShare(of: 10, claims: claims, pack: 0) == [0, 0])
        let bad = [Allocation.Claim(position: 0, rate: .nan, most: 5), Allocation.Claim(position: 0, rate: 1, most: 5)]
        #expect(Allocation.fairShare(of: 10, claims: bad) == [0, 0])
    }

    /// Every way to share.
    @Test("shares by value bring the most", arguments: [Int64](0...12))
    func byValue(supply: Int64) throws {
        let claims = [(try reward(3, margin: 5, carrying: 1), Int64(1)), (try reward(6, margin: 9), 2)]
        let shares = Allocation.byValue(of: supply, claims: claims)
        func value(_ a: Int64, _ b: Int64) -> Double {
            claims[0].0.value(from: 1, to: 1 + a) + claims[1].0.value(from: 2, to: 2 + b)
        }
        var best = 0.0
        for a in 0...supply { for b in 0...(supply - a) { best = max(best, value(a, b)) } }
        #expect(abs(value(shares[0], shares[1]) - best) < 1e-9 && shares[0] + shares[1] <= supply)
    }
}
