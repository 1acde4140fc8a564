import Statistics
import Testing

@Suite struct RecentMarksTests {
    @Test func aMarkIsTakenOnce() {
        var marks = RecentMarks(countMax: 2)
        #expect(marks.take(7) == .unknown)
        #expect(marks.remember(7) == 0)
        #expect(marks.take(7) == .due(slot: 0))
        #expect(marks.take(7) == .repeated)
    }

    @Test func aFurtherMarkTakesTheOldestsSlot() {
        var marks = RecentMarks(countMax: 2)
        #expect([7, 8, 9, 10].map { marks.remember($0) } == [0, 1, 0, 1])
        #expect([7, 8, 9, 10].map { marks.take($0) } == [.unknown, .unknown, .due(slot: 0), .due(slot: 1)])
    }

    @Test func aMarkThatComesAgainKeepsItsSlotAndIsDueAgain() {
        var marks = RecentMarks(countMax: 2)
        _ = marks.remember(7)
        _ = marks.remember(8)
        _ = marks.take(7)
        #expect(marks.remember(7) == 0)
        #expect(marks.take(7) == .due(slot: 0))
        #expect(marks.remember(9) == 0)
        #expect(marks.take(8) == .due(slot: 1))
    }
}
