import Numerics
import Testing

@Suite("The gamma function's relatives")
struct GammaTests {
    @Test(
        "digamma has the values of Abramowitz & Stegun, tables 6.1 and 6.3",
        arguments: [
            (1.0, -0.577_215_664_901_532_9), (0.5, -1.963_510_026_021_423_5), (2.0, 0.422_784_335_098_467_1),
            (10.0, 2.251_752_589_066_721), (1.5, 0.036_489_973_978_576_5),
        ])
    func published(x: Double, value: Double) {
        #expect(abs(Gamma.digamma(x) - value) < 1e-12)
    }

    @Test("digamma rises by 1/x from x to x + 1, and is the slope of the logarithm at large numbers")
    func recurrence() {
        for x in [1e-6, 0.01, 0.3, 3.7, 9.99, 250, 1e6] {
            let rise = Gamma.digamma(x + 1) - Gamma.digamma(x)
            #expect(abs(rise - 1 / x) < 1e-9 * max(1, 1 / x))
        }
        #expect(abs(Gamma.digamma(1e9) - 20.723_265_836_446_41) < 1e-9)
    }

    @Test("there is no digamma at or below 0")
    func outside() {
        for x in [0, -1, -0.5, -Double.infinity, .nan] { #expect(Gamma.digamma(x).isNaN) }
    }
}
