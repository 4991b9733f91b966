import Glibc
import Testing

@testable import Numerics

@Suite("Normal and gamma")
struct NormalTests {
    @Test(
        "quantiles agree with published values",
        arguments: [
            (0.8, 0.8416212335729143), (0.9, 1.2815515655446004), (0.95, 1.6448536269514722),
            (0.975, 1.959963984540054),
            (0.98, 2.0537489106318225), (0.99, 2.3263478740408408), (0.995, 2.5758293035489004),
            (0.999, 3.090232306167813),
        ])
    func quantile(p: Double, z: Double) throws {
        #expect(abs(try #require(Normal.quantile(p)) - z) < 1e-11)
        #expect(abs(try #require(Normal.quantile(1 - p)) + z) < 1e-11)
    }

    @Test("the quantile inverts the distribution function far into both tails")
    func inverse() throws {
        for exponent in stride(from: -300.0, through: -0.302, by: 3.7) {
            let p = pow(10, exponent)
            let z = try #require(Normal.quantile(p))
            #expect(abs(try #require(Normal.cumulative(z)) / p - 1) < 1e-8, "p = \(p)")
        }
    }

    /// Zipkin's and Silver's tables, recomputed to 16 digits from the formula.
    @Test(
        "unit loss agrees with published values",
        arguments: [
            (-1, 1.0833154705876864), (0, 0.3989422804014327), (0.5, 0.19779655740130603), (1, 0.08331547058768629),
            (1.5, 0.029306793762604644), (2, 0.008490702616829673), (3, 0.0003821543170477275),
        ])
    func loss(k: Double, expected: Double) throws {
        #expect(abs(try #require(Normal.loss(k)) - expected) < 1e-12)
        #expect(abs(try #require(Normal.inverseLoss(expected)) - k) < 1e-9)
    }

    @Test("unit loss is the integral of the upper tail")
    func lossIntegral() throws {
        for k in stride(from: -3.0, through: 4, by: 0.35) {
            var integral = 0.0
            let width = 0.001
            for i in 0..<12_000 {
                integral += width * (1 - (try #require(Normal.cumulative(k + (Double(i) + 0.5) * width))))
            }
            #expect(abs(try #require(Normal.loss(k)) - integral) < 1e-7)
        }
    }

    @Test(
        "what is not a number, or out of range, is refused",
        arguments: [Double.nan, .infinity, -.infinity, 0, 1, -1, 2])
    func refused(x: Double) {
        #expect(Normal.quantile(x) == nil)
        if x.isNaN { #expect(Normal.cumulative(x) == nil && Normal.loss(x) == nil && Normal.inverseLoss(x) == nil) }
        if !x.isFinite { #expect(Normal.density(x) == 0) }
        if x <= 0 { #expect(Normal.inverseLoss(x) == nil) }
        #expect(Gamma.cumulative(1, mean: x.isFinite ? -abs(x) : x, deviation: 1) == nil)
    }

    @Test("a gamma of shape one is exponential, of shape two its convolution, of a large shape nearly normal")
    func gammaShapes() throws {
        for x in stride(from: 0.1, through: 12, by: 0.7) {
            #expect(abs(try #require(Gamma.cumulative(x, mean: 2, deviation: 2)) - (1 - exp(-x / 2))) < 1e-12)
            let erlang = 1 - exp(-x) * (1 + x)
            #expect(abs(try #require(Gamma.cumulative(x, mean: 2, deviation: 2.0.squareRoot())) - erlang) < 1e-12)
        }
        // Either side of the switch to the cube-root approximation.
        let below = try #require(Gamma.cumulative(1.001, mean: 1, deviation: 0.00100001))
        let above = try #require(Gamma.cumulative(1.001, mean: 1, deviation: 0.00099999))
        #expect(abs(below - above) < 1e-5)
        #expect(Gamma.cumulative(-1, mean: 1, deviation: 1) == 0)
        #expect(Gamma.cumulative(.infinity, mean: 1, deviation: 1) == 1)
    }
}
