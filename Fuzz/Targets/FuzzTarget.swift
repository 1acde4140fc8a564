/// One sort of bytes that come from outside, and the code that must bear all of them.
package struct FuzzTarget: Sendable {
    /// Names the folder of its seeds, `Fuzz/Corpus/NAME`.
    package let name: String
    /// Must come back for any bytes, in little time and memory; crashes and sanitizer reports are the findings.
    package let run: @Sendable (UnsafeRawBufferPointer) -> Void

    package init(_ name: String, _ run: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.name = name
        self.run = run
    }

    /// Every target there is; `make fuzz` and the replay of the seeds go through them.
    package static let all: [FuzzTarget] = [
        .httpHead,
        .http1Connection,
        .http2Connection,
        .http1Answer,
        .http2Answer,
        .chunkedBody,
        .protobuf,
        .v1Body,
        .v2Body,
        .yaml,
        .pickle,
        .joblib,
        .xgboost,
        .xgboostBinary,
        .pickledBoosters,
        .lightgbm,
        .catboost,
        .onnx,
        .pmml,
        .gjson,
        .batchBody,
        .redaction,
        .graphBody,
        .traceFields,
    ]
}
