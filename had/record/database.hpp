// The history on the disk: /var/lib/had/history.db, an SQLite database that one process writes and everybody may read.
//
// WAL, with its files kept (PERSIST_WAL): without them who may not write cannot read once the writer has closed.  FULL:
// what was committed survives a power cut.  It is bounded by size and by age; counters are kept apart, so that they
// do not shrink with it.  A database that cannot be used says so by Trouble, and what it holds is never thrown away.
#pragma once

#include "had/record/ledger.hpp"
#include "had/record/span.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace SQLite {
class Database;
}

namespace had::record {

inline constexpr std::string_view default_database = "/var/lib/had/history.db";
std::string database_path();                  // HAD_HISTORY, or the usual place

// Why the history cannot be written or read, in words for an operator.
struct Trouble : std::runtime_error {
    enum class Kind : std::uint8_t { other, damaged, newer, missing };
    Trouble(Kind what, const std::string& text) : std::runtime_error(text), kind(what) {}
    Kind kind;
};

struct CounterKey {
    std::string name, labels;                 // "had_bond_failovers", "bond=\"bond0\",cause=\"carrier\",by=\"had\""
    friend auto operator<=>(const CounterKey&, const CounterKey&) = default;
};
using Counters = std::map<CounterKey, double>;

// How far the recorder has come.
struct Mark {
    std::string instance;                     // of the daemon, and its last event
    std::uint64_t seq = 0;
    Moment known;                             // until when the open spans are known to be so
    bool connected = false;

    friend bool operator==(const Mark&, const Mark&) = default;
};

struct EventRow {
    std::string instance;
    std::uint64_t seq = 0;
    std::string level;
    Told told;
    std::string json;
};

// What is written in one transaction.
struct Batch {
    std::vector<EventRow> events;
    std::vector<Span> ended;
    Counters counters;                        // what is to be added beside that which those two count
};

// What a query of events asks for; empty: all.
struct Wanted {
    std::string object, event;
    std::optional<std::int64_t> since;        // microseconds since 1970
};

struct Failover {
    std::string bond;
    std::int64_t time = 0;                    // microseconds since 1970
    std::string json;                         // the event
};

class Database {
public:
    // To write: makes it when it is not there.  To read: it must be there.  Throws Trouble.
    enum class For : std::uint8_t { writing, reading };
    Database(const std::string& path, For use);
    Database(Database&&) noexcept;
    ~Database();

    // All of it or nothing.  Throws Trouble; also when another file has its name now, or none: nobody would find it.
    void write(const Batch& batch, const Spans& spans, const Carriers& carriers, const Mark& mark);
    // Drops the oldest events until it fits, and what is older than `oldest`.
    void trim(std::uint64_t bytes, std::int64_t oldest);

    // What is read from here on is of one moment.  For who reads little: the writer's log grows until it is closed.
    void hold() const;
    [[nodiscard]] Mark mark() const;
    [[nodiscard]] Carriers carriers() const;
    [[nodiscard]] std::map<std::string, Span> open_spans() const;
    // Those that have ended and reach into the time from `since` on, the oldest first.
    [[nodiscard]] std::vector<Span> spans(const std::string& object, std::int64_t since) const;
    [[nodiscard]] Counters counters() const;
    [[nodiscard]] std::vector<Failover> failovers(std::int64_t since) const;      // the oldest first
    // Some at a time: while `f` waits for a pager, the writer goes on.
    void for_each_event(const Wanted& wanted, const std::function<void(std::string_view json)>& f) const;

private:
    void prepare();

    std::unique_ptr<SQLite::Database> db_;
};

} // namespace had::record
