import ONNX
import Testing

/// Where the library is looked for, and which interface it is asked for.
@Suite struct ONNXLibraryTests {
    /// A machine: variables, and names in folders.
    private func candidates(_ variables: [String: String], _ folders: [String: [String]]) -> [String] {
        ONNXLibraryPlaces(variable: { variables[$0] }, names: { folders[$0] ?? [] }).candidates
    }

    private let system = ["libonnxruntime.so.1", "libonnxruntime.so"]

    @Test func onlyTheSystemIsLeftWhereNothingIsThere() { #expect(candidates([:], [:]) == system) }

    @Test func whatIsNamedIsAllThatIsTried() {
        #expect(candidates(["ROOST_ONNXRUNTIME": "/opt/x.so", "HOME": "/h"], [:]) == ["/opt/x.so"])
        #expect(
            candidates(
                ["ROOST_ONNXRUNTIME": "/opt"],
                ["/opt": ["libonnxruntime.so.1.9.0", "a", "libonnxruntime.so.1.20.1"]]
            )
                == ["/opt/libonnxruntime.so.1.20.1", "/opt/libonnxruntime.so.1.9.0"]
        )
    }

    @Test func placesComeInTheirOrder() {
        let capi = "onnxruntime/capi"
        let found = candidates(
            ["HOME": "/h", "VIRTUAL_ENV": "/venv", "PATH": "/venv/bin:/py/bin:/sbin"],
            [
                "/h/.local/share/roost/onnxruntime": ["libonnxruntime.so.1.31.1"],
                "/venv/lib": ["python3.11", "other"],
                "/venv/lib/python3.11/site-packages/\(capi)": [
                    "libonnxruntime.so.1.30.0", "libonnxruntime_providers_shared.so",
                ],
                "/py/lib": ["python3.9"],
                "/py/lib/python3.9/site-packages/\(capi)": ["libonnxruntime.so.1.19.2"],
                "/usr/lib": ["python3"],
                "/usr/lib/python3/dist-packages/\(capi)": ["libonnxruntime.so.1.18.0"],
            ]
        )
        #expect(
            found == [
                "/h/.local/share/roost/onnxruntime/libonnxruntime.so.1.31.1",
                "/venv/lib/python3.11/site-packages/\(capi)/libonnxruntime.so.1.30.0",
                "/py/lib/python3.9/site-packages/\(capi)/libonnxruntime.so.1.19.2",
                "/usr/lib/python3/dist-packages/\(capi)/libonnxruntime.so.1.18.0",
            ] + system
        )
        let data = ["/d/roost/onnxruntime": ["libonnxruntime.so.1"]]
        #expect(
            candidates(["XDG_DATA_HOME": "/d", "HOME": "/h"], data).first == "/d/roost/onnxruntime/libonnxruntime.so.1"
        )
    }

    @Test(
        arguments: [
            ("1.31.1", 29), ("1.29.0", 29), ("1.20.1", 20), ("1.15.0", 15), ("1.14.9", nil), ("2.0.0", nil),
            ("one", nil), ("", nil),
        ] as [(String, UInt32?)]
    )
    func theInterfaceIsTheNewestThatBothKnow(_ version: String, _ interface: UInt32?) {
        #expect(ONNXLibrary.interface(of: version) == interface)
    }

    @Test func whatIsMissingIsSaid() {
        let text = ONNXLibrary.missing("cannot open shared object file")
        for word in ["make onnx", "pip install onnxruntime", "ROOST_ONNXRUNTIME", "cannot open"] {
            #expect(text.contains(word))
        }
    }
}
