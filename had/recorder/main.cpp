// had-recorder: its names, and nothing else.
#include "had/beside.hpp"
#include "had/recorder/recorder.hpp"

int main(int argc, char** argv) {
    using namespace had::recorder;
    return had::run_beside<Recorder>({"had-recorder", "keep the history of a chassis, its availability and its figures",
                                      "--database", "the history"},
                                     argc, argv, Options{.database = had::record::database_path()},
                                     &Options::database);
}
