import Pickle
import Prediction

extension PickleValue {
    /// A model may not ask for more rounds.
    private static let roundsLimit = 100_000

    /// How often a transformer repeats its steps at most; `least` of them at least.
    func rounds(from least: Int) throws(ModelDefect) -> Int {
        let rounds = try integer()
        guard (least...PickleValue.roundsLimit).contains(rounds) else {
            throw defect("is \(rounds), expected are up to \(PickleValue.roundsLimit)")
        }
        return rounds
    }
}
