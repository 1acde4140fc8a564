import Base
import Foundation
import PMML
import Prediction
import Testing

/// Documents that are none, or ask for too much: each is told by its element and line.
@Suite("hostile documents") struct HostileDocumentTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let document: String
        /// What the defect says, among other things.
        let told: [String]

        init(_ name: String, _ document: String, _ told: String...) {
            testDescription = name
            self.document = document
            self.told = told
        }
    }

    /// A document with one number x, a target y, and what stands besides.
    static func document(
        dictionary: String = "",
        transformations: String = "",
        local: String = "",
        fields: String = "",
        model: String
    ) -> String {
        """
        <PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
        <DataDictionary><DataField name="x" optype="continuous" dataType="double"/>
        <DataField name="y" optype="continuous" dataType="double"/>\(dictionary)</DataDictionary>
        <TransformationDictionary>\(transformations)</TransformationDictionary>
        \(model.replacingOccurrences(of: "$schema", with: schema(fields, local)))
        </PMML>
        """
    }

    private static func schema(_ fields: String, _ local: String) -> String {
        "<MiningSchema><MiningField name=\"x\"/>\(fields)<MiningField name=\"y\" usageType=\"target\"/></MiningSchema>"
            + "<LocalTransformations>\(local)</LocalTransformations>"
    }

    static func regression(_ table: String, inside: String = "") -> String {
        "<RegressionModel functionName=\"regression\">$schema\(inside)"
            + "<RegressionTable intercept=\"0\">\(table)</RegressionTable></RegressionModel>"
    }

    static let plain = regression("<NumericPredictor name=\"x\" coefficient=\"2\"/>")

    static func tree(_ nodes: String) -> String {
        "<TreeModel functionName=\"regression\">$schema\(nodes)</TreeModel>"
    }

    static func derived(_ name: String, _ expression: String) -> String {
        "<DerivedField name=\"\(name)\" optype=\"continuous\" dataType=\"double\">\(expression)</DerivedField>"
    }

    static func deep(_ count: Int, _ open: String, _ inside: String, _ close: String) -> String {
        String(repeating: open, count: count) + inside + String(repeating: close, count: count)
    }

    /// Functions each of which calls the one before twice.
    static let doubling = (0..<40).map { index in
        let body =
            index == 0
            ? "<FieldRef field=\"v\"/>"
            : "<Apply function=\"+\">"
                + String(repeating: "<Apply function=\"f\(index - 1)\"><FieldRef field=\"v\"/></Apply>", count: 2)
                + "</Apply>"
        return
            "<DefineFunction name=\"f\(index)\" optype=\"continuous\"><ParameterField name=\"v\"/>\(body)</DefineFunction>"
    }.joined()

    static let cases: [Case] = [
        Case("nothing", "", "no element"),
        Case("no XML", "PMML", "line 1", "is no XML"),
        Case("cut off", "<PMML version=\"4.4\"><Header>", "is no XML"),
        Case("another root", "<html/>", "html at line 1", "is no PMML"),
        Case("another version", "<PMML version=\"9\"/>", "PMML at line 1", "version"),
        Case("no model", "<PMML version=\"4.4\"><Header/></PMML>", "has no model"),
        Case(
            "entities that grow",
            "<!DOCTYPE PMML [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><PMML version=\"4.4\">&b;</PMML>",
            "line 1",
            "entity is declared"
        ),
        Case(
            "an entity of another file",
            "<!DOCTYPE PMML [\n<!ENTITY a SYSTEM \"file:///etc/passwd\">]><PMML version=\"4.4\">&a;</PMML>",
            "line 2",
            "entity is declared"
        ),
        Case("too deep", deep(3000, "<a>", "", "</a>"), "deeper than 2048"),
        Case(
            "too many attributes",
            "<PMML " + (0..<300).map { "a\($0)=\"1\"" }.joined(separator: " ") + "/>",
            "more than 256 attributes"
        ),
        Case(
            "a kind that is refused",
            document(model: "<AssociationModel functionName=\"associationRules\"/>"),
            "AssociationModel at line 5",
            "not supported"
        ),
        Case(
            "no functionName",
            document(model: "<TreeModel>$schema</TreeModel>"),
            "TreeModel at line 5",
            "functionName"
        ),
        Case("no tree", document(model: tree("")), "TreeModel at line 5", "has no element Node"),
        Case("no predicate", document(model: tree("<Node score=\"1\"/>")), "Node at line 5", "has no predicate"),
        Case(
            "a field that is not there",
            document(model: regression("<NumericPredictor name=\"z\" coefficient=\"2\"/>")),
            "NumericPredictor at line 5",
            "'z'"
        ),
        Case(
            "a number that is none",
            document(model: regression("<NumericPredictor name=\"x\" coefficient=\"many\"/>")),
            "coefficient is no number: many"
        ),
        Case(
            "an exponent without end",
            document(model: regression("<NumericPredictor name=\"x\" exponent=\"1e300\" coefficient=\"2\"/>")),
            "exponent is no whole number"
        ),
        Case(
            "a type that is not read",
            document(
                dictionary: "\n<DataField name=\"d\" optype=\"ordinal\" dataType=\"date\"/>",
                fields: "<MiningField name=\"d\"/>",
                model: plain
            ),
            "DataField at line 4",
            "date"
        ),
        Case(
            "a field derived from itself",
            document(
                transformations: derived("d", "<FieldRef field=\"d\"/>"),
                model: regression("<NumericPredictor name=\"d\" coefficient=\"1\"/>")
            ),
            "DerivedField at line 4",
            "derived from itself"
        ),
        Case(
            "fields derived in a circle",
            document(
                transformations: derived("d", "<FieldRef field=\"e\"/>"),
                local: derived("e", "<FieldRef field=\"d\"/>"),
                model: regression("<NumericPredictor name=\"e\" coefficient=\"1\"/>")
            ),
            "'e'"
        ),
        Case(
            "a function that calls itself",
            document(
                transformations: "<DefineFunction name=\"f\" optype=\"continuous\"><ParameterField name=\"v\"/>"
                    + "<Apply function=\"f\"><FieldRef field=\"v\"/></Apply></DefineFunction>"
                    + derived("d", "<Apply function=\"f\"><FieldRef field=\"x\"/></Apply>"),
                model: regression("<NumericPredictor name=\"d\" coefficient=\"1\"/>")
            ),
            "at line 4",
            "deeper than 96"
        ),
        Case(
            "functions that double",
            document(
                transformations: doubling + derived("d", "<Apply function=\"f39\"><FieldRef field=\"x\"/></Apply>"),
                model: regression("<NumericPredictor name=\"d\" coefficient=\"1\"/>")
            ),
            "more than 32768 parts"
        ),
        Case(
            "a function that is not there",
            document(
                transformations: derived("d", "<Apply function=\"system\"><FieldRef field=\"x\"/></Apply>"),
                model: regression("<NumericPredictor name=\"d\" coefficient=\"1\"/>")
            ),
            "Apply at line 4",
            "'system'"
        ),
        Case(
            "too many arguments",
            document(
                transformations: derived("d", "<Apply function=\"-\"><FieldRef field=\"x\"/></Apply>"),
                model: regression("<NumericPredictor name=\"d\" coefficient=\"1\"/>")
            ),
            "does not take 1 arguments"
        ),
        Case(
            "predicates too deep",
            document(
                model: tree(
                    "<Node score=\"1\">"
                        + deep(
                            120,
                            "<CompoundPredicate booleanOperator=\"and\"><True/>",
                            "<True/>",
                            "</CompoundPredicate>"
                        ) + "</Node>"
                )
            ),
            "CompoundPredicate at line 5",
            "deeper than 96"
        ),
        Case(
            "models too deep",
            document(
                model: deep(
                    120,
                    "<MiningModel functionName=\"regression\">$schema<Segmentation multipleModelMethod=\"sum\"><Segment><True/>",
                    plain,
                    "</Segment></Segmentation></MiningModel>"
                )
            ),
            "deeper than 96"
        ),
        Case(
            "a child that is none",
            document(
                model: tree(
                    "<Node id=\"1\" score=\"1\" defaultChild=\"7\"><True/><Node score=\"2\"><True/></Node></Node>"
                )
            ),
            "Node at line 5",
            "defaultChild"
        ),
        Case(
            "a score that is no number",
            document(model: tree("<Node score=\"NaN\"><True/></Node>")),
            "Node at line 5",
            "no finite number"
        ),
        Case(
            "a threshold that is no number",
            document(
                model: tree("<Node score=\"1\"><SimplePredicate field=\"x\" operator=\"lessThan\" value=\"b\"/></Node>")
            ),
            "SimplePredicate at line 5",
            "'b' is no double"
        ),
        Case(
            "a sparse array out of bounds",
            document(
                model:
                    "<ClusteringModel functionName=\"clustering\" modelClass=\"centerBased\"><MiningSchema><MiningField name=\"x\"/>"
                    + "</MiningSchema><ComparisonMeasure><euclidean/></ComparisonMeasure><ClusteringField field=\"x\"/>"
                    + "<Cluster><REAL-SparseArray n=\"1\"><Indices>9</Indices><REAL-Entries>1</REAL-Entries></REAL-SparseArray></Cluster>"
                    + "</ClusteringModel>"
            ),
            "REAL-SparseArray at line 5",
            "index 9.0"
        ),
        Case(
            "a sparse array without end",
            document(
                model:
                    "<ClusteringModel functionName=\"clustering\" modelClass=\"centerBased\"><MiningSchema><MiningField name=\"x\"/>"
                    + "</MiningSchema><ComparisonMeasure><euclidean/></ComparisonMeasure><ClusteringField field=\"x\"/>"
                    + "<Cluster><REAL-SparseArray n=\"2000000000\"/></Cluster></ClusteringModel>"
            ),
            "REAL-SparseArray at line 5"
        ),
        Case(
            "a network in a circle",
            document(
                model: "<NeuralNetwork functionName=\"regression\" activationFunction=\"tanh\">$schema<NeuralInputs/>"
                    + "<NeuralLayer><Neuron id=\"1\"><Con from=\"1\" weight=\"1\"/></Neuron></NeuralLayer><NeuralOutputs/></NeuralNetwork>"
            ),
            "Con at line 5",
            "none before it"
        ),
        Case(
            "more neighbours than rows",
            document(
                model:
                    "<NearestNeighborModel functionName=\"regression\" numberOfNeighbors=\"5\">$schema<TrainingInstances><InstanceFields>"
                    + "<InstanceField field=\"x\"/><InstanceField field=\"y\"/></InstanceFields><InlineTable><row><x>1</x><y>2</y></row></InlineTable>"
                    + "</TrainingInstances><ComparisonMeasure><euclidean/></ComparisonMeasure><KNNInputs><KNNInput field=\"x\"/></KNNInputs></NearestNeighborModel>"
            ),
            "numberOfNeighbors is 5"
        ),
        Case(
            "an output of nothing known",
            document(
                model: regression("", inside: "<Output><OutputField name=\"o\" feature=\"standardError\"/></Output>")
            ),
            "OutputField at line 5",
            "standardError"
        ),
    ]

    @Test(arguments: cases) func isTold(_ hostile: Case) {
        let defect = #expect(throws: ModelDefect.self) { try load(hostile.document) }
        for part in hostile.told { #expect("\(defect.map { "\($0)" } ?? "")".contains(part), "\(defect as Any)") }
    }

    @Test func deepTreesAnswer() throws {
        let nodes = Self.deep(1500, "<Node score=\"1\"><True/>", "", "</Node>")
        #expect(try load(Self.document(model: Self.tree(nodes))).answer(["x": 1]) == ["y": 1.0])
    }

    @Test func rowsAreRefusedOrMissing() throws {
        let model = try load(Self.document(model: Self.plain))
        #expect(throws: InputDefect("Field \"x\" cannot accept invalid value many")) { try model.answer(["x": "many"]) }
        #expect(try model.answer(["z": 1]).isEmpty)
        #expect(try model.answer([]).isEmpty)
    }

    @Test func hugeNumbersAnswer() throws {
        let model = try load(Self.document(model: Self.plain))
        #expect(try model.answer(["x": 1e308]) == ["y": .double(.infinity)])
        #expect(try model.answer([1.5, "passed over"]) == ["y": 3.0])
    }
}
