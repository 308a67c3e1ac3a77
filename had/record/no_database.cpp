// In place of database.cpp where the programs are built with HISTORY=no.
#include "had/record/database.hpp"

#include <cstdlib>

namespace SQLite {
class Database {};
}

namespace had::record {
namespace {

[[noreturn]] void none() { throw Trouble(Trouble::Kind::missing, "this version was built without a history"); }

} // namespace

std::string database_path() {
    const char* path = std::getenv("HAD_HISTORY");
    return path && *path ? path : std::string(default_database);
}

Database::Database(const std::string&, For) { none(); }
Database::Database(Database&&) noexcept = default;
Database::~Database() = default;
void Database::write(const Batch&, const Spans&, const Carriers&, const Mark&) { none(); }
void Database::trim(std::uint64_t, std::int64_t) { none(); }
void Database::hold() const { none(); }
Mark Database::mark() const { none(); }
Carriers Database::carriers() const { none(); }
std::map<std::string, Span> Database::open_spans() const { none(); }
std::vector<Span> Database::spans(const std::string&, std::int64_t) const { none(); }
Counters Database::counters() const { none(); }
std::vector<Failover> Database::failovers(std::int64_t) const { none(); }
void Database::for_each_event(const Wanted&, const std::function<void(std::string_view)>&) const { none(); }

} // namespace had::record
