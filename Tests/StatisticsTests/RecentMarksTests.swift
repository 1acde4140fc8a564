import Base
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

    /// As a list of marks, each with what has come for it, says.
    @Test(arguments: [1, 7, 64, 500]) func manyMarksAreFound(_ countMax: Int) {
        var marks = RecentMarks(countMax: countMax)
        var known: [(mark: Int, isTaken: Bool)] = []
        var oldest = 0
        var chance = SeededGenerator(seed: UInt64(countMax))
        for _ in 0..<4 * countMax + 200 {
            let mark = Int(chance.next() % UInt64(2 * countMax)) - countMax
            let slot = known.firstIndex { $0.mark == mark }
            if chance.next() % 3 == 0 {
                let wanted = slot.map { known[$0].isTaken ? .repeated : .due(slot: $0) } ?? RecentMarks.Found.unknown
                #expect(marks.take(mark) == wanted)
                if let slot { known[slot].isTaken = true }
            } else if let slot {
                #expect(marks.remember(mark) == slot)
                known[slot].isTaken = false
            } else if known.count < countMax {
                #expect(marks.remember(mark) == known.count)
                known.append((mark, false))
            } else {
                #expect(marks.remember(mark) == oldest)
                known[oldest] = (mark, false)
                oldest = (oldest + 1) % countMax
            }
        }
        for (slot, entry) in known.enumerated() {
            #expect(marks.take(entry.mark) == (entry.isTaken ? .repeated : .due(slot: slot)))
        }
    }
}
