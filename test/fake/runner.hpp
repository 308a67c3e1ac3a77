// Programs and devices of a scenario.  A process obeys signals unless it is told to be deaf; it outlives the daemon,
// and a new one adopts it.
#pragma once

#include "had/core/service/runner.hpp"
#include "test/fake/loop.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace had::test {

class FakeRunner : public core::Runner {
public:
    explicit FakeRunner(FakeLoop& loop) : loop_(loop) {}

    std::function<void(const core::ServiceEvent&)> heard;
    std::function<void(const std::string&)> told;             // what was done, for the transcript

    // How the next processes of a service fare; of helpers, by what they are for.
    struct Program {
        std::string missing;                  // it cannot be started, and why
        std::optional<int> dies;              // at once, with that code
        bool deaf = false, immortal = false;  // to TERM; to KILL as well
    };
    Program& program(const std::string& service) { return programs_[service]; }
    void set_answer(const std::string& service, core::HelperKind kind, int code) { answers_[{service, kind}] = code; }
    void end(const core::ServiceKey& key, int code);
    void say_ready(const core::ServiceKey& key);
    void set_file(const std::string& path, bool there);
    void plug(const std::string& match, const std::string& name, std::uint64_t id);
    void unplug(const std::string& match, const std::string& name);
    void set_minute(unsigned minute) { minute_ = minute; }
    [[nodiscard]] bool runs(const std::string& service) const;
    // What a daemon takes with it when it dies: who is told.
    void forget() { running_.clear(); }

    std::vector<core::Adopted> adopt() override;
    std::optional<int> start(const core::Launch& launch, std::string& trouble) override;
    void stop(const core::ServiceKey& key, bool kill) override;
    void note_ready(const core::ServiceKey& key) override;
    void note_bare(const core::ServiceKey& key) override;
    void note_done(const core::ServiceKey& key, std::uint64_t device) override;
    void note_failed(const core::ServiceKey& key, std::uint64_t device, const core::Failures& failures,
                     bool ended) override;
    void note_well(const core::ServiceKey& key) override { records_[key].failures = {}; }
    void forget(const core::ServiceKey& key, bool ended) override;
    std::string run(const core::Helper& helper, const std::vector<std::string>& words, core::Duration limit) override;
    void end(const core::Helper& helper) override;
    void watch(const std::vector<core::MatchConfig>&) override {}
    std::vector<core::Device> devices(const core::MatchConfig& match) override { return devices_[match.name]; }
    [[nodiscard]] bool has_file(const std::string& path) override { return files_.contains(path); }
    [[nodiscard]] unsigned minute_of_day() override { return minute_; }

private:
    void tell(core::ServiceEvent event);

    FakeLoop& loop_;
    std::map<std::string, Program> programs_;
    std::map<std::pair<std::string, core::HelperKind>, int> answers_;
    std::map<core::ServiceKey, core::Adopted> records_;
    std::map<core::ServiceKey, int> processes_;               // by their number
    std::set<core::Helper> running_;
    std::map<std::string, std::vector<core::Device>> devices_;
    std::set<std::string> files_;
    unsigned minute_ = 12 * 60;
    int last_pid_ = 1000;
};

} // namespace had::test
