import Models
import Testing

/// What `roost model formats` and docs/models.md tell.
@Suite struct NativeModelsTests {
    /// Estimators that only others are made of.
    private static let inner = [
        "sklearn.gaussian_process._BinaryGaussianProcessClassifierLaplace", "sklearn.multiclass._ConstantPredictor",
    ]

    @Test func theRecordHoldsEveryLibraryWithoutAFailure() {
        let versions = ParityRecord.kept.versions
        #expect(
            Set(versions.map(\.library))
                == ["scikit-learn", "xgboost", "lightgbm", "catboost", "jpmml_evaluator"]
        )
        for version in versions {
            #expect(version.failed == 0 && version.passed > 100, "\(version)")
            #expect(!version.date.isEmpty && !version.commit.isEmpty, "\(version)")
        }
    }

    @Test func everyEstimatorWasComparedWithItsLibrary() {
        let native = NativeModels()
        let others = native.estimators.filter { $0.versions.isEmpty }.map { "\($0.module).\($0.name)" }
        #expect(others == NativeModelsTests.inner)
        let machine = native.estimators.first { $0.name == "SVC" }
        #expect(machine?.methods == ["predict", "predict_proba"])
        #expect(machine?.versions.first == "0.24.2" && machine?.versions.last == "1.9.1")
        #expect(native.estimators.allSatisfy { native.record.refused["\($0.module).\($0.name)"] == nil })
    }
}
