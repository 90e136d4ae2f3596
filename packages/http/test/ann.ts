import { local, password, type World } from './fixture.js';

export const email = 'ann@example.com';
export const newPassword = 'staple staple staple';

export const login = (world: World, withPassword: string = password) =>
  world.post(`${local}/login`, { email, password: withPassword });

export const confirm = (world: World, token: string, withPassword: string = newPassword) =>
  world.post(`${local}/reset-password/confirm`, { token, password: withPassword });
