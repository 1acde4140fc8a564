import Base
import Foundation
import Models
import Prediction
import SklearnEstimators
import SklearnMeta
import SklearnTransformers
import TestKit
import Testing

/// What `roost model inspect` tells of files, served natively or not.
@Suite struct InspectionTests {
    @Test func aNativePipelineIsToldWhole() throws {
        let json = try ModelInspection.of(fixture("names-1.9.joblib")).json
        #expect(json["native"] == true && json["format"] == "joblib" && json["library"] == "scikit-learn")
        #expect(json["version"].string?.hasPrefix("1.9") == true && json["reason"].isNull)
        #expect(json["inputs"] == [["type": "float64", "columns": 4]])
        #expect(json["output"] == ["type": "text", "classes": ["setosa", "versicolor", "virginica"]])
        #expect(json["probabilities"] == true)
        #expect(json["estimator"]["type"] == "sklearn.pipeline.Pipeline")
        let parts = json["estimator"]["parts"].array ?? []
        #expect(parts.map(\.["name"].string) == ["scale", "lr"])
        #expect(
            parts.map(\.["type"].string) == [
                "sklearn.preprocessing.StandardScaler", "sklearn.linear_model.LogisticRegression",
            ]
        )
        #expect(parts.last?["parameters"]["C"] == "1.0" && parts.last?["parameters"]["solver"] == "'lbfgs'")
    }

    @Test func columnsOfADataFrameAreInputs() async throws {
        let c = try #require(RecordedModels.cases("frames/1.9.json").first { $0.name == "usual" })
        try await withScratchDirectory { folder in
            try Data(c.bytes).write(to: URL(fileURLWithPath: "\(folder)/model.pkl"))
            let json = try ModelInspection.of(folder).json
            #expect(json["inputs"][2] == ["name": "sex", "type": "text"])
            let columns = json["estimator"]["parts"][0]
            #expect(columns["name"] == "columns" && columns["parts"].array?.count == 2)
            #expect(columns["parts"][1]["parts"][1]["type"] == "sklearn.preprocessing.OneHotEncoder")
        }
    }

    struct Foreign: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let pickle: String
        let type: String
        let reason: String
    }

    @Test(arguments: [
        Foreign(
            testDescription: "a class of one's own around a scaler",
            pickle: "c__main__\nModel\n)\u{1}}(Vthreshold\nF0.5\nVscaler\ncsklearn.preprocessing._data\n"
                + "StandardScaler\n)\u{1}}Vwith_mean\nI01\nsbub.",
            type: "__main__.Model",
            reason: "pickle names __main__.Model at byte 0: not in the list of names that a model may use"
        ),
        Foreign(
            testDescription: "a call of the shell",
            pickle: "cos\nsystem\n(S'touch /tmp/owned'\ntR.",
            type: "os.system",
            reason: "pickle names os.system at byte 0: not in the list of names that a model may use"
        ),
        Foreign(
            testDescription: "an estimator that is not native",
            pickle: "csklearn.unheard._of\nEstimator\n)\u{1}}(Valpha\nF0.5\nV_sklearn_version\nV1.9.1\nub.",
            type: "sklearn.unheard.Estimator",
            reason: "model: sklearn.unheard._of.Estimator cannot be served natively"
        ),
        Foreign(
            testDescription: "a dict of models",
            pickle: "}.",
            type: "a dict",
            reason: "model: is a dict, expected is an"
        ),
        Foreign(
            testDescription: "no pickle",
            pickle: "<html>",
            type: "",
            reason: "unknown pickle opcode 0x3c at byte 0"
        ),
    ])
    func whatIsNotNativeIsToldWithTheReason(_ c: Foreign) async throws {
        try await withScratchDirectory { folder in
            let bytes = c.pickle.utf8.map { $0 == 1 ? 0x81 : $0 }
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/model.pkl"))
            let json = try ModelInspection.of("\(folder)/model.pkl").json
            #expect(json["native"] == false)
            #expect(json["fileBytes"].int == bytes.count)
            #expect((json["estimator"]["type"].string ?? "") == c.type)
            #expect(json["reason"].string?.hasPrefix(c.reason) == true, "\(json["reason"])")
        }
    }

    @Test func aFileThatIsNotThereIsTold() {
        #expect(throws: ModelDefect.self) { try ModelInspection.of("/nowhere/model.pkl") }
    }
}
