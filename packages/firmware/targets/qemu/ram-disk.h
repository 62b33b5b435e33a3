// Mounts the file system at /, after making one where there is none yet. Called at the end of each mp_init.
void mount_ram_disk(void);
